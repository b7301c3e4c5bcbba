#include "smtp/path.hpp"

#include "core/text.hpp"
#include "smtp/address_literal.hpp"
#include "smtp/scanner.hpp"

namespace smtpsim::smtp {
namespace {

// RFC 5321 §4.5.3.1.1, §4.5.3.1.2 and §4.5.3.1.3
constexpr std::size_t local_part_octets_max = 64;
constexpr std::size_t domain_octets_max = 255;
constexpr std::size_t path_octets_max = 256;

constexpr bool is_eight_bit(char c) { return static_cast<unsigned char>(c) >= 0x80; }
constexpr bool is_atext(char c) { // RFC 5322 §3.2.3, and UTF-8 (RFC 6531 §3.3)
    return is_alpha(c) || is_digit(c) || is_eight_bit(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool domain(Scanner& in) {
    if (in.take('[')) {
        in.while_([](char c) { return !is_control(c) && c != ']' && c != '[' && c != ' '; });
        return in.take(']');
    }
    for (;;) { // underscores are not in the grammar and are in real names
        const std::string_view label = in.while_([](char c) {
            return is_alpha(c) || is_digit(c) || is_eight_bit(c) || c == '-' || c == '_';
        });
        if (label.empty() || label.front() == '-' || label.back() == '-') return false;
        if (!in.take('.')) return true;
    }
}

bool local_part(Scanner& in) {
    if (in.peek() == '"') return in.quoted_string();
    const std::string_view atoms = in.while_([](char c) { return is_atext(c) || c == '.'; });
    return !atoms.empty() && atoms.front() != '.' && atoms.back() != '.' &&
           atoms.find("..") == std::string_view::npos;
}

bool source_route(Scanner& in) { // "@HOST1.DOM,@HOST2.DOM:"; obsolete, RFC 5321 appendix C
    do {
        if (!in.take('@') || !domain(in)) return false;
    } while (in.take(','));
    return true;
}

bool mailbox(Scanner& in, Path& path) {
    const std::size_t start = in.position();
    if (!local_part(in)) return false;
    path.local_part = in.since(start);
    if (in.take('@')) {
        const std::size_t domain_start = in.position();
        if (!domain(in)) return false;
        path.domain = in.since(domain_start);
    }
    path.mailbox = in.since(start);
    return path.local_part.size() <= local_part_octets_max &&
           path.domain.size() <= domain_octets_max && path.mailbox.size() <= path_octets_max;
}

bool takes_keyword(Scanner& in, std::string_view keyword) {
    return equal_ignoring_case(in.while_(is_alpha), keyword);
}

} // namespace

std::optional<Path> parse_path(std::string_view argument, std::string_view keyword) {
    const auto spaces = [](char c) { return c == ' ' || c == '\t'; };
    Scanner in{argument};
    Path path;
    if (!takes_keyword(in, keyword)) return std::nullopt;
    const bool space_before_colon = !in.while_(spaces).empty();
    if (!in.take(':')) return std::nullopt;
    const bool space_after_colon = !in.while_(spaces).empty();
    if (space_before_colon || space_after_colon) path.departures.add(Finding::space_before_path);

    const bool bracket = in.take('<');
    if (!bracket) path.departures.add(Finding::path_without_brackets);
    const bool null_path = bracket && in.peek() == '>';
    if (!null_path) {
        if (in.peek() == '@') {
            const std::size_t start = in.position();
            if (!source_route(in)) return std::nullopt;
            path.route = in.since(start);
            if (!in.take(':')) return std::nullopt;
        }
        if (!mailbox(in, path)) return std::nullopt;
        // "RCPT TO:<Postmaster>" is the one mailbox that needs no domain (RFC 5321 §4.1.1.3).
        if (path.domain.empty() && !equal_ignoring_case(path.local_part, "postmaster"))
            path.departures.add(Finding::path_without_domain);
        if (path.domain.starts_with('[') && !is_address_literal(path.domain))
            path.departures.add(Finding::bad_address_literal);
    }
    if (bracket && !in.take('>')) return std::nullopt;
    const bool space_after = !in.while_(spaces).empty();
    if (!in.done() && !space_after) return std::nullopt;
    path.parameters = in.rest();
    return path;
}

} // namespace smtpsim::smtp
