// A reply: code, enhanced code and lines with placeholders, compiled once and rendered often.
#pragma once

#include "core/date.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::smtp {

class ReplyCode { // three digits
public:
    /// 2-5, then 0-5, then 0-9 (RFC 5321 §4.2): what a server may say.
    static constexpr std::optional<ReplyCode> from(int value) noexcept {
        if (value < 200 || value > 559 || value / 10 % 10 > 5) return std::nullopt;
        return ReplyCode{value};
    }
    /// Any three digits: what a server that goes wrong may say.
    static constexpr std::optional<ReplyCode> any(int value) noexcept {
        if (value < 0 || value > 999) return std::nullopt;
        return ReplyCode{value};
    }
    constexpr int value() const noexcept { return value_; }
    constexpr int severity() const noexcept { return value_ / 100; }
    constexpr bool positive() const noexcept { return severity() == 2; }
    constexpr bool operator==(const ReplyCode&) const = default;

private:
    constexpr explicit ReplyCode(int value) noexcept : value_(static_cast<std::int16_t>(value)) {}
    std::int16_t value_;
};
consteval ReplyCode operator""_reply(unsigned long long value) { // 650_reply does not compile
    return ReplyCode::from(static_cast<int>(value)).value();
}

struct EnhancedCode { // class.subject.detail (RFC 3463 §2)
    std::int16_t severity, subject, detail;
    constexpr bool operator==(const EnhancedCode&) const = default;
};
/// The code that decides, for a client that reads these octets as a reply: the last line's.
/// nullopt: that line does not begin with three digits and then a space, a hyphen or its end.
std::optional<ReplyCode> code_said(std::string_view octets);

/// Reads "4.2.0" at the start of `text`, as far as the next space or the end.
std::optional<EnhancedCode> parse_enhanced(std::string_view text);

enum class Placeholder : std::uint8_t {
    host,
    client,
    client_ip,
    sender,
    recipient,
    id,
    date,
    size,
    limit,
    verb,
    line,
    argument,
    capture_1,
    capture_2,
    capture_3,
    capture_4,
    capture_5,
    capture_6,
    capture_7,
    capture_8,
    capture_9,
};

struct PlaceholderRow {
    Placeholder placeholder;
    std::string_view name, summary;
};
/// In enum order; captures are written {1} to {9}.
inline constexpr std::array placeholder_table{
    PlaceholderRow{Placeholder::host, "host", "server.hostname"},
    PlaceholderRow{Placeholder::client, "client", "the name the client gave in HELO, EHLO or LHLO"},
    PlaceholderRow{Placeholder::client_ip, "client_ip", "the client's address"},
    PlaceholderRow{Placeholder::sender, "sender", "the reverse-path's mailbox"},
    PlaceholderRow{Placeholder::recipient, "recipient", "the mailbox in question"},
    PlaceholderRow{Placeholder::id, "id", "the message's id, made as server.ids says"},
    PlaceholderRow{Placeholder::date, "date", "date and time in server.zone"},
    PlaceholderRow{Placeholder::size, "size", "octets: of the message, else as SIZE= declared"},
    PlaceholderRow{Placeholder::limit, "limit", "the limit that was met, else limits.message"},
    PlaceholderRow{Placeholder::verb, "verb", "the command's first word"},
    PlaceholderRow{Placeholder::line, "line", "the command line without its end"},
    PlaceholderRow{Placeholder::argument, "argument", "what stands behind its first word"},
};
std::string_view name(Placeholder placeholder);

/// What placeholders stand for. Views live as long as the moment they describe.
struct Values {
    std::string_view host, client, client_ip, sender, recipient, id, verb, line;
    std::uint64_t size = 0, limit = 0;
    Tick at{};
    ZoneOffset zone{0};
    std::array<std::string_view, 9> captures{};
};

/// Text with placeholders. "{{" and "}}" stand for single braces.
class Template {
public:
    Template() = default;
    /// Errors: nullopt at a name that is not a placeholder or a brace without its partner; then
    /// `bad` holds it.
    static std::optional<Template> parse(std::string_view text, std::string_view& bad);
    static Template literal(std::string_view octets);

    void append_literal(std::string_view octets);
    void append(const Template& other);

    /// Appends the text. Control octets in values are left out: a client cannot write reply lines.
    void render(const Values& values, std::string& out) const;
    bool uses(Placeholder placeholder) const;
    bool empty() const { return pieces_.empty(); }

private:
    struct Piece {
        std::string literal;
        std::optional<Placeholder> placeholder; // after the literal
    };
    std::vector<Piece> pieces_;
};

/// A complete reply, ready to render: every line has its code, separator and CRLF.
struct Reply {
    ReplyCode code;
    Template octets;
};

struct ReplyText {
    ReplyCode code;
    std::optional<EnhancedCode> enhanced;
    std::vector<Template> lines; // without code and enhanced code; none makes one empty line
};
/// Shape: "250-first", "250 last", each with CRLF; the enhanced code in every line (RFC 2034 §4).
Reply compile(const ReplyText& text);

} // namespace smtpsim::smtp
