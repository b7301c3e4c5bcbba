// Reads logs of SMTP sessions, of any writer: Smtp.log in all its dialects, transcripts of
// curl -v and swaks, and what convert writes. A stream: a file of gigabytes takes no more memory
// than a short one. What is odd is reported with its line, and stops nothing.
#pragma once

#include "core/encoding.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace smtpsim::smtplog {

enum class Kind : std::uint8_t {
    product,      // the first header line
    started,      // "SMTP Log started at ..."
    debug,        // [db]
    received,     // [rx]
    sent,         // [tx]
    end_of_data,  // the line "."
    continuation, // of the line before, which was wrapped
    content,      // of the message, which transcripts show
};
inline constexpr std::array<std::string_view, 8> kind_names{
    "product", "started", "db", "rx", "tx", "end-of-data", "continuation", "content"};
constexpr std::string_view name(Kind kind) { return kind_names.at(static_cast<std::size_t>(kind)); }

struct Entry {          // alive only in the call that brings it
    std::uint64_t line; // from 1
    Kind kind;
    std::optional<std::uint32_t> time; // of day, in seconds
    std::string_view text;             // after tag, time and kind
};

enum class Oddity : std::uint8_t {
    wrapped,
    not_a_log_line,
    other_protocol,
    too_long,
    nul,
    bare_cr,
    cut_off,
    unknown_mark,
    code_page,
    utf_16,
};
struct OddityRow {
    Oddity oddity;
    std::string_view id, summary;
};
inline constexpr std::array oddity_table{
    OddityRow{Oddity::wrapped, "wrapped-line", "goes on from the line before, which was wrapped"},
    OddityRow{Oddity::not_a_log_line, "not-a-log-line", "is no line of such a log"},
    OddityRow{Oddity::other_protocol, "other-protocol", "is of a POP3 or IMAP log"},
    OddityRow{Oddity::too_long, "line-too-long", "is longer than 64 KiB; the rest is left out"},
    OddityRow{Oddity::nul, "nul", "holds NUL octets"},
    OddityRow{Oddity::bare_cr, "bare-cr", "holds a CR that is not its end"},
    OddityRow{Oddity::cut_off, "cut-off", "has no end: the file was cut off"},
    OddityRow{Oddity::unknown_mark, "unknown-mark",
              "is marked with something else than db, rx or tx"},
    OddityRow{Oddity::code_page, "code-page", "is not UTF-8; read as of the code page"},
    OddityRow{Oddity::utf_16, "utf-16", "begins a file of UTF-16"},
};
constexpr const OddityRow& row(Oddity oddity) {
    return oddity_table.at(static_cast<std::size_t>(oddity));
}

enum class Format : std::uint8_t { smtp_log, swaks, curl, json_lines, csv };
inline constexpr std::array<std::string_view, 5> format_names{"smtp-log", "swaks", "curl", "json",
                                                              "csv"};

class EntryHandler {
public:
    virtual ~EntryHandler() = default;
    /// Each entry, in the order of the file.
    virtual void entry(const Entry& entry) = 0;
    /// `line`: from 1. Comes before or after the line's entry, and without one if it has none.
    virtual void odd(std::uint64_t line, Oddity oddity) = 0;
};

class Reader {
public:
    /// `handler` outlives the reader. `code_page`: of lines that are not UTF-8; without one their
    /// octets stay as they are.
    explicit Reader(EntryHandler& handler, std::optional<Decoder> code_page = std::nullopt)
        : handler_(handler), code_page_(std::move(code_page)) {}

    /// The file's octets in any pieces, in any encoding: UTF-8, UTF-16 that begins with its mark,
    /// the code page.
    void give(std::string_view octets);
    /// The file ends.
    void finish();

    /// What the first lines look like; nullopt: nothing known yet.
    std::optional<Format> format() const { return format_; }
    std::uint64_t lines() const { return line_; }
    std::uint64_t entries() const { return entries_; }

    static constexpr std::size_t line_octets_max = (64UL << 10) + 64; // a reply of 64 KiB, tagged

private:
    void decode(std::string_view octets);
    void give_utf8(std::string_view octets);
    void take(std::string_view line, bool whole);
    void read(std::string_view line);
    bool read_smtp_log(std::string_view line);
    bool read_swaks(std::string_view line);
    bool read_curl(std::string_view line);
    bool read_json(std::string_view line);
    bool read_csv(std::string_view line);
    bool read_as(Format format, std::string_view line);
    void report(Kind kind, std::string_view text, std::optional<std::uint32_t> time = std::nullopt);

    EntryHandler& handler_;
    std::optional<Decoder> code_page_;
    std::optional<Decoder> utf_16_;
    std::optional<Format> format_;
    std::string held_; // a line that has not ended yet
    std::uint64_t line_ = 0, entries_ = 0;
    bool skipping_ = false;   // the rest of a line that is too long
    bool awaits_dot_ = false; // an empty [tx] was the line before
    bool may_wrap_ = false;   // a line long enough to be wrapped was the one before
    bool in_content_ = false; // of a transcript: after 354, until the dot
    bool ended_ = false;      // the dot was the last that was sent: 354 is no answer to it
    std::string start_;       // the first octets, until they show whether it is UTF-16
    bool begun_ = false;
    std::string decoded_;      // octets of UTF-16
    std::string decoded_line_; // of a code page
    std::string text_;         // of CSV, without its quotes
};

} // namespace smtpsim::smtplog
