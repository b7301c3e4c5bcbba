#include "smtp/announced_extensions.hpp"

#include <algorithm>
#include <array>

namespace smtpsim::smtp {
namespace {

std::string_view next_word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" =\r"), rest.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(" =\r"));
    rest.remove_prefix(word.size());
    return word;
}

/// What an extension that the engine does not have brings under another name than its keyword.
struct Foreign {
    std::string_view keyword, name;
};
constexpr std::array foreign_commands{
    Foreign{"XSHADOW", "XDISCARD"},  // Exchange 2010, [MS-XSHADOW]
    Foreign{"XSHADOW", "XQDISCARD"}, //
};
constexpr std::array foreign_parameters{
    Foreign{"UTF8SMTP", "ALT-ADDRESS"}, // RFC 5336 §3.4
};

template <class Table>
bool brings(const Announced& announced, const Table& table, std::string_view name) {
    if (!extension_named(name) && announced.line(name) != nullptr) return true;
    return std::ranges::any_of(table, [&](const Foreign& foreign) {
        return equal_ignoring_case(foreign.name, name) &&
               announced.line(foreign.keyword) != nullptr;
    });
}

} // namespace

const AnnouncedLine* Announced::line(std::string_view keyword) const {
    const auto found = std::ranges::find_if(lines, [&](const AnnouncedLine& each) {
        return equal_ignoring_case(each.keyword, keyword);
    });
    return found == lines.end() ? nullptr : &*found;
}

bool Announced::lists(std::string_view keyword, std::string_view word) const {
    return std::ranges::any_of(lines, [&](const AnnouncedLine& each) {
        return equal_ignoring_case(each.keyword, keyword) &&
               std::ranges::any_of(each.words, [&](const std::string& listed) {
                   return equal_ignoring_case(listed, word);
               });
    });
}

bool Announced::brings_foreign_command(std::string_view verb) const {
    return brings(*this, foreign_commands, verb);
}

bool Announced::brings_foreign_parameter(std::string_view name) const {
    return brings(*this, foreign_parameters, name);
}

Announced announced_in(std::string_view ehlo_reply) {
    Announced out;
    for (bool first = true; !ehlo_reply.empty(); first = false) {
        const std::size_t end = ehlo_reply.find('\n');
        const std::string_view line = ehlo_reply.substr(0, end);
        ehlo_reply.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
        if (first || line.size() < 4) continue; // the first names the server: RFC 5321 §4.1.1.1
        std::string_view rest = line.substr(4);
        const std::string_view keyword = next_word(rest);
        if (keyword.empty()) continue;
        AnnouncedLine& read = out.lines.emplace_back();
        read.keyword = keyword;
        while (!rest.empty())
            if (const std::string_view word = next_word(rest); !word.empty())
                read.words.emplace_back(word);
        const auto extension = extension_named(read.keyword);
        if (!extension) continue;
        out.extensions.add(*extension);
        if (extension != Extension::auth) continue;
        for (const std::string& word : read.words)
            if (const auto mechanism = sasl::mechanism_named(word))
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
