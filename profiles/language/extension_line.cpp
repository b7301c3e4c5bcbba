#include "profiles/language/extension_line.hpp"

#include "core/date.hpp"
#include "core/text.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>

namespace smtpsim::profiles {
namespace {

using smtp::Extension;

std::string upper(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), to_upper);
    return out;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// RFC 5321 §4.1.1.1, ehlo-line; and "AUTH=LOGIN".
bool is_ehlo_line(const std::string& text) {
    static const RE2 pattern{R"([A-Za-z0-9][A-Za-z0-9-]*(=[\x21-\x7e]+)?( [\x21-\x7e]+)*)"};
    return RE2::FullMatch(text, pattern);
}

struct AnnouncedLimit {
    std::string_view name;
    std::optional<std::uint64_t> value;
};
AnnouncedLimit limit_of(std::string_view word) { // "RCPTMAX=100"
    const std::size_t equals = std::min(word.find('='), word.size());
    return {word.substr(0, equals), number(word.substr(std::min(equals + 1, word.size())))};
}

bool names_limit(std::string_view word) {
    const auto [name, value] = limit_of(word);
    return value && (name == "RCPTMAX" || name == "RCPTDOMAINMAX" || name == "MAILMAX");
}

} // namespace

ExtensionLine parse_extension(std::string_view line) {
    const std::size_t end = line.find_first_of(" =");
    ExtensionLine out{upper(line.substr(0, line.find(' '))), {}, {}};
    out.extension = smtp::extension_named(line.substr(0, end));
    std::string_view rest = line.substr(std::min(end, line.size()));
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string_view word = rest.substr(0, rest.find(' '));
        if (!word.empty()) out.parameters.emplace_back(word);
        rest.remove_prefix(word.size());
    }
    return out;
}

std::string odd_extension(std::string_view text) {
    if (!is_ehlo_line(std::string(text))) return "is no line of EHLO (RFC 5321 §4.1.1.1)";
    const ExtensionLine line = parse_extension(text);
    if (line.extension == Extension::size && !line.parameters.empty() &&
        (line.parameters.size() > 1 || !number(line.parameters.front())))
        return "is not SIZE with a number of octets (RFC 1870 §4)";
    if (line.extension == Extension::limits && std::ranges::none_of(line.parameters, names_limit))
        return "names none of RCPTMAX, RCPTDOMAINMAX and MAILMAX (RFC 9422 §4)";
    return "";
}

void set_announced_limits(const ExtensionLine& line, smtp::Limits& limits) {
    const auto word = [&](std::size_t at) {
        return at < line.parameters.size() ? std::string_view(line.parameters[at]) : "";
    };
    switch (*line.extension) {
    case Extension::size: // 0 is no limit: RFC 1870 §4
        if (const auto octets = number(word(0)); octets.value_or(0) != 0)
            limits.message_octets = *octets;
        return;
    case Extension::deliverby: limits.by_seconds_min = number(word(0)); return;
    case Extension::futurerelease:
        limits.hold_seconds = number(word(0));
        limits.hold_until = parse_iso_date(word(1));
        return;
    case Extension::limits:
        for (const std::string& each : line.parameters) {
            const auto [name, value] = limit_of(each);
            if (!value) continue;
            if (name == "RCPTMAX") limits.recipients = *value;
            if (name == "RCPTDOMAINMAX") limits.recipient_domains = value;
            if (name == "MAILMAX") limits.messages = value;
        }
        return;
    default: return;
    }
}

} // namespace smtpsim::profiles
