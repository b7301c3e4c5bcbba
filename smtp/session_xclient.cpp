// XCLIENT and XFORWARD: a client that passes on mail of another client (Postfix XCLIENT_README and
// XFORWARD_README).
#include "core/text.hpp"
#include "smtp/session.hpp"

#include <algorithm>
#include <charconv>

namespace smtpsim::smtp {
namespace {

constexpr std::array<std::string_view, 10> client_attributes{
    "NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT", "IDENT", "SOURCE"};

struct Attribute {
    std::string_view name, value;
};
std::optional<Attribute> next_attribute(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view word = rest.substr(0, rest.find(' '));
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(word.size());
    return Attribute{word.substr(0, equals), word.substr(equals + 1)};
}

/// "+20" stands for a space (RFC 3461 §4); what is no xtext stays as it is.
std::string from_xtext(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char octet = 0;
        const char* const digits = text.data() + i + 1;
        const bool coded = text[i] == '+' && i + 2 < text.size() &&
                           std::from_chars(digits, digits + 2, octet, 16).ptr == digits + 2;
        out += coded ? static_cast<char>(octet) : text[i];
        if (coded) i += 2;
    }
    return out;
}

} // namespace

ReplyId Session::judge_attributes(const VerbRow& verb, std::string_view argument) const {
    std::string_view rest = argument;
    while (const auto attribute = next_attribute(rest))
        if (!takes_attribute(verb, attribute->name)) return ReplyId::syntax_error;
    return argument.empty() || !rest.empty() ? ReplyId::syntax_error : verb.reply;
}

/// Those of the line that the client was given; all that are known where it names none.
bool Session::takes_attribute(const VerbRow& verb, std::string_view name) const {
    const AnnouncedLine* const line = was_given_list() ? announced_->line(verb.name) : nullptr;
    if (line != nullptr && !line->words.empty()) return announced_->lists(verb.name, name);
    return std::ranges::any_of(client_attributes, [&](std::string_view known) {
        return equal_ignoring_case(known, name);
    });
}

/// XCLIENT was accepted: the session is that of the client it names, and begins again.
void Session::be_another_client(std::string_view line) {
    std::string helo = hello_.name;
    const bool list_holds = was_given_list();
    std::string_view rest = parse_command(line).argument;
    forget_client();
    hello_.name = std::move(helo);
    hello_.list_holds = list_holds;
    while (const auto attribute = next_attribute(rest)) {
        if (attribute->value.empty() || attribute->value.starts_with('['))
            continue; // [UNAVAILABLE], [TEMPUNAVAIL]
        set_client_attribute(attribute->name, from_xtext(attribute->value));
    }
}

void Session::set_client_attribute(std::string_view name, std::string value) {
    if (equal_ignoring_case(name, "HELO")) hello_.name = std::move(value);
    if (equal_ignoring_case(name, "ADDR")) {
        constexpr std::string_view ipv6 = "IPV6:";
        const bool tagged = equal_ignoring_case(value.substr(0, ipv6.size()), ipv6);
        client_ip_ = tagged ? value.substr(ipv6.size()) : value;
    }
    if (equal_ignoring_case(name, "LOGIN")) user_ = std::move(value);
}

} // namespace smtpsim::smtp
