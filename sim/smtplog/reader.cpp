#include "sim/smtplog/reader.hpp"

#include "core/check.hpp"
#include "core/text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace smtpsim::smtplog {
namespace {

constexpr std::size_t byte_order_mark_octets = 2;
constexpr std::size_t wrap_width_min = 60; // chosen: no program wraps a shorter line
constexpr std::size_t meter_width =
    78; // of curl's progress meter (src/tool_progress.c, lib/progress.c)

std::optional<std::uint32_t> time_of(std::string_view text) { // "17:22:28"
    if (text.size() < 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
    for (const unsigned i : {0U, 1U, 3U, 4U, 6U, 7U})
        if (!is_digit(text[i])) return std::nullopt;
    const auto two = [&](std::size_t at) {
        return static_cast<std::uint32_t>((text[at] - '0') * 10 + text[at + 1] - '0');
    };
    const std::uint32_t hours = two(0), minutes = two(3), seconds = two(6);
    if (hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
    return hours * 3600 + minutes * 60 + seconds;
}

/// The article numbers its lines: "05) [rx] ...".
std::string_view without_number(std::string_view line) {
    std::size_t digits = 0;
    while (digits < line.size() && digits < 3 && is_digit(line[digits])) ++digits;
    if (digits == 0 || digits >= line.size() || line[digits] != ')') return line;
    line.remove_prefix(digits + 1);
    if (line.starts_with(' ')) line.remove_prefix(1);
    return line;
}

/// "[rx] text": the kind, and what follows in `line`.
std::optional<Kind> marked(std::string_view& line) {
    if (line.size() < 4 || line[0] != '[' || line[3] != ']') return std::nullopt;
    const std::string_view mark = line.substr(1, 2);
    const Kind kind = mark == "rx" ? Kind::received : mark == "tx" ? Kind::sent : Kind::debug;
    if (kind == Kind::debug && mark != "db") return std::nullopt;
    line.remove_prefix(4);
    if (line.starts_with(' ')) line.remove_prefix(1);
    return kind;
}

/// "SMTP Log started at ...": POP3 and IMAP begin theirs alike.
bool is_start(std::string_view line) {
    constexpr std::string_view words = " Log started at ";
    const std::string_view protocol = line.substr(0, 4);
    return line.substr(protocol.size()).starts_with(words) &&
           std::ranges::all_of(protocol, [](char c) { return is_alpha(c) || is_digit(c); });
}

std::optional<Kind> kind_named(std::string_view word) {
    const auto found = std::ranges::find(kind_names, word);
    if (found == kind_names.end()) return std::nullopt;
    return static_cast<Kind>(found - kind_names.begin());
}

bool is_meter_heading(std::string_view line) {
    return line.starts_with("  % Total    % Received % Xferd") ||
           line.ends_with(" Dload  Upload   Total   Spent    Left  Speed");
}

/// curl's progress meter goes to standard error too: each time after a CR, before the line
/// that comes next.
std::string_view without_meter(std::string_view line) {
    while (line.size() > meter_width && line.front() == '\r') {
        const std::size_t end = line.find_first_not_of(" 0123456789.:-kMGTPdh", 1);
        const std::size_t shown = std::min(end, line.size()) - 1;
        if (shown < meter_width) break;
        line.remove_prefix(shown + 1);
    }
    return line;
}

/// One field of CSV (RFC 4180 §2). `rest` goes past it and its comma.
void csv_field(std::string_view& rest, std::string& out) {
    out.clear();
    if (!rest.starts_with('"')) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        out = rest.substr(0, comma);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        return;
    }
    std::size_t i = 1;
    for (; i < rest.size(); ++i) {
        if (rest[i] == '"' && i + 1 < rest.size() && rest[i + 1] == '"')
            out += rest[++i];
        else if (rest[i] == '"')
            break;
        else
            out += rest[i];
    }
    rest.remove_prefix(std::min(i + 1, rest.size()));
    if (rest.starts_with(',')) rest.remove_prefix(1);
}

} // namespace

void Reader::give(std::string_view octets) {
    if (begun_) return decode(octets);
    start_ += octets;
    if (start_.size() < byte_order_mark_octets) return;
    begun_ = true;
    const bool little = start_.starts_with("\xff\xfe"); // U+FEFF
    if (little || start_.starts_with("\xfe\xff")) {
        utf_16_ = *Decoder::open(little ? "utf-16le" : "utf-16be");
        start_.erase(0, byte_order_mark_octets);
        handler_.odd(1, Oddity::utf_16);
    }
    decode(std::exchange(start_, {}));
}

void Reader::decode(std::string_view octets) {
    if (!utf_16_) return give_utf8(octets);
    decoded_.clear();
    utf_16_->append(octets, decoded_);
    give_utf8(decoded_);
}

void Reader::give_utf8(std::string_view octets) {
    while (!octets.empty()) {
        const void* const feed = std::memchr(octets.data(), '\n', octets.size());
        const std::size_t end =
            feed == nullptr
                ? octets.size()
                : static_cast<std::size_t>(static_cast<const char*>(feed) - octets.data());
        if (feed != nullptr && held_.empty() && !skipping_) {
            take(octets.substr(0, end), true);
        } else {
            if (!skipping_)
                held_ += octets.substr(0, std::min(end, line_octets_max + 2 - held_.size()));
            ensure(held_.size() <= line_octets_max + 2,
                   "a line that is held is no longer than its limit");
            if (held_.size() > line_octets_max) skipping_ = true;
            if (feed != nullptr) {
                take(held_, true);
                held_.clear();
                skipping_ = false;
            }
        }
        octets.remove_prefix(feed == nullptr ? end : end + 1);
    }
}

void Reader::finish() {
    if (!begun_) give_utf8(start_);
    if (held_.empty()) return;
    take(held_, false);
    held_.clear();
    skipping_ = false;
}

void Reader::take(std::string_view line, bool whole) {
    ++line_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > line_octets_max) {
        handler_.odd(line_, Oddity::too_long);
        line = line.substr(0, line_octets_max);
    }
    if (line_ == 1 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3); // a UTF-8 mark
    if (std::memchr(line.data(), '\0', line.size()) != nullptr) handler_.odd(line_, Oddity::nul);
    if (format_.value_or(Format::curl) == Format::curl) line = without_meter(line);
    if (std::memchr(line.data(), '\r', line.size()) != nullptr)
        handler_.odd(line_, Oddity::bare_cr);
    if (code_page_ && !is_utf8(line)) {
        handler_.odd(line_, Oddity::code_page);
        decoded_line_.clear();
        code_page_->append(line, decoded_line_);
        line = decoded_line_;
    }
    read(line);
    if (!whole) handler_.odd(line_, Oddity::cut_off);
}

void Reader::read(std::string_view line) {
    if (format_) {
        if (!read_as(*format_, line) && !line.empty()) handler_.odd(line_, Oddity::not_a_log_line);
        return;
    }
    for (const Format format :
         {Format::smtp_log, Format::json_lines, Format::csv, Format::swaks, Format::curl})
        if (read_as(format, line)) {
            format_ = format;
            return;
        }
    if (!line.empty()) handler_.odd(line_, Oddity::not_a_log_line);
}

bool Reader::read_as(Format format, std::string_view line) {
    switch (format) {
    case Format::smtp_log: return read_smtp_log(line);
    case Format::swaks: return read_swaks(line);
    case Format::curl: return read_curl(line);
    case Format::json_lines: return read_json(line);
    case Format::csv: return read_csv(line);
    }
    return false;
}

bool Reader::read_smtp_log(std::string_view line) {
    line = without_number(line);
    const bool awaits_dot = std::exchange(awaits_dot_, false);
    const bool may_wrap = std::exchange(may_wrap_, false);
    std::optional<std::uint32_t> time;
    std::string_view rest = line;
    if (rest.starts_with("SMTP: ")) {
        time = time_of(rest.substr(6));
        rest.remove_prefix(std::min<std::size_t>(time ? 15 : 6, rest.size()));
    }
    if (const auto kind = marked(rest)) {
        awaits_dot_ = *kind == Kind::sent && rest.empty();
        may_wrap_ = line.size() >= wrap_width_min;
        report(*kind, rest, time);
        return true;
    }
    if (line == "." && (awaits_dot || format_)) {
        report(Kind::end_of_data, line);
        return true;
    }
    if (is_start(line)) {
        report(Kind::started, line);
        return true;
    }
    constexpr std::array<std::string_view, 4> products{"Microsoft", "Outlook Express",
                                                       "Windows Mail", "Windows Live"};
    const auto is_product = [&](std::string_view name) { return line.starts_with(name); };
    if (std::ranges::any_of(products, is_product)) {
        report(Kind::product, line);
        return true;
    }
    if (line.starts_with("POP3: ") || line.starts_with("IMAP: ") || line.starts_with("NNTP: ")) {
        if (format_) handler_.odd(line_, Oddity::other_protocol);
        return format_.has_value();
    }
    if (time && rest.starts_with('[') && format_) {
        handler_.odd(line_, Oddity::unknown_mark);
        return true;
    }
    if (may_wrap && !line.empty() && format_ && !line.starts_with("SMTP: ")) {
        handler_.odd(line_, Oddity::wrapped);
        may_wrap_ = line.size() >= wrap_width_min;
        report(Kind::continuation, line);
        return true;
    }
    return false;
}

bool Reader::read_swaks(std::string_view line) {
    struct Mark {
        std::string_view mark;
        Kind kind;
    };
    constexpr std::array<Mark, 8> marks{{{"<-  ", Kind::received},
                                         {"<** ", Kind::received},
                                         {"<~  ", Kind::received},
                                         {"<~* ", Kind::received},
                                         {" -> ", Kind::sent},
                                         {" ~> ", Kind::sent},
                                         {"=== ", Kind::debug},
                                         {"*** ", Kind::debug}}};
    for (const Mark& mark : marks) {
        const std::string_view trimmed = mark.mark.substr(0, 3); // an empty line ends there
        if (!line.starts_with(line.size() > 3 ? mark.mark : trimmed)) continue;
        const std::string_view text = line.substr(std::min<std::size_t>(4, line.size()));
        Kind kind = mark.kind;
        if (kind == Kind::received) in_content_ = !ended_ && text.starts_with("354");
        if (kind == Kind::sent && text == ".") kind = Kind::end_of_data;
        if (kind == Kind::sent && in_content_) kind = Kind::content;
        if (kind == Kind::end_of_data) in_content_ = false;
        if (mark.kind == Kind::sent) ended_ = kind == Kind::end_of_data;
        report(kind, text);
        return true;
    }
    return false;
}

bool Reader::read_curl(std::string_view line) {
    if (line.size() < 2 || line[1] != ' ') return false;
    switch (line[0]) {
    case '<': report(Kind::received, line.substr(2)); return true;
    case '>': report(Kind::sent, line.substr(2)); return true;
    case '*': report(Kind::debug, line.substr(2)); return true;
    case '}': report(Kind::end_of_data, "."); return true; // octets of the message went out
    case '{': return true;
    case ' ': return is_meter_heading(line);
    default: return false;
    }
}

/// {"line":1,"time":"17:22:28","kind":"rx","text":"220 ..."}, as convert writes it.
bool Reader::read_json(std::string_view line) {
    if (!line.starts_with('{')) return false;
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse({line.data(), line.size()}, error);
    if (error || !value.is_object()) return false;
    const auto text = [&](const char* key) -> std::optional<std::string_view> {
        const auto* const found = value.get_object().if_contains(key);
        if (found == nullptr || !found->is_string()) return std::nullopt;
        return std::string_view(found->get_string().data(), found->get_string().size());
    };
    const auto kind = kind_named(text("kind").value_or(""));
    const auto said = text("text");
    if (!kind || !said) return false;
    const auto time = text("time");
    report(*kind, *said, time ? time_of(*time) : std::nullopt);
    return true;
}

/// line,time,kind,text: as convert writes it, with that as its first line.
bool Reader::read_csv(std::string_view line) {
    if (line == "line,time,kind,text") return true;
    if (!format_) return false;
    std::string field;
    csv_field(line, field); // its number in the file it came from
    csv_field(line, field);
    const auto time = time_of(field);
    csv_field(line, field);
    const auto kind = kind_named(field);
    if (!kind) return false;
    csv_field(line, text_);
    report(*kind, std::string_view(text_).substr(text_.starts_with('\'') ? 1 : 0), time);
    return true;
}

void Reader::report(Kind kind, std::string_view text, std::optional<std::uint32_t> time) {
    ++entries_;
    handler_.entry({line_, kind, time, text});
}

} // namespace smtpsim::smtplog
