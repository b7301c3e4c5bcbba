#include "smtp/announced_extensions.hpp"

#include <algorithm>

namespace smtpsim::smtp {
namespace {

std::string_view next_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" =\r"), rest.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(" =\r"));
    rest.remove_prefix(word.size());
    return word;
}

} // namespace

Announced announced_in(std::string_view ehlo_reply) {
    Announced out;
    for (bool first = true; !ehlo_reply.empty(); first = false) {
        const std::size_t end = ehlo_reply.find('\n');
        const std::string_view line = ehlo_reply.substr(0, end);
        ehlo_reply.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
        if (first || line.size() < 4) continue; // the first names the server: RFC 5321 §4.1.1.1
        std::string_view rest = line.substr(4);
        const auto extension = extension_named(next_word(rest));
        if (!extension) continue;
        out.extensions.add(*extension);
        if (extension != Extension::auth) continue;
        while (!rest.empty())
            if (const auto mechanism = sasl::mechanism_named(next_word(rest)))
                out.mechanisms.set(static_cast<std::size_t>(*mechanism));
    }
    return out;
}

std::string as_announced(const std::string& line, bool within_tls, bool auth_after_tls) {
    std::string_view rest = line;
    const auto extension = extension_named(next_word(rest));
    if (extension == Extension::starttls && within_tls) return {};
    if (extension == Extension::requiretls && !within_tls) return {};
    if (extension != Extension::auth || within_tls) return line;
    if (auth_after_tls) return {};
    std::string out = line.substr(0, line.size() - rest.size());
    bool any = rest.empty();
    while (!rest.empty()) {
        const std::string_view before = rest;
        const std::string_view word = next_word(rest);
        const auto mechanism = sasl::mechanism_named(word);
        if (mechanism && row(*mechanism).needs_tls) continue;
        any = true;
        out += before.substr(0, before.size() - rest.size());
    }
    return any ? out : std::string();
}

} // namespace smtpsim::smtp
