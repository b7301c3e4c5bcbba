#include "smtp/verb.hpp"

#include "core/text.hpp"

namespace smtpsim::smtp {
namespace {

constexpr std::uint32_t packed(std::string_view word) { // four letters, lower case
    std::uint32_t value = 0;
    for (const char c : word.substr(0, 4))
        value = value << 8 | static_cast<unsigned char>(to_lower(c));
    return value;
}

constexpr auto packed_verbs = [] {
    std::array<std::uint32_t, verb_table.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out.at(i) = packed(verb_table.at(i).name);
    return out;
}();

static_assert([] { // the first four letters differ
    for (auto i = packed_verbs.begin(); i != packed_verbs.end(); ++i)
        if (*i != 0 && std::find(i + 1, packed_verbs.end(), *i) != packed_verbs.end()) return false;
    return true;
}());

} // namespace

Verb verb_named(std::string_view word) {
    if (word.size() < 4) return Verb::unknown;
    const auto* const found = std::ranges::find(packed_verbs, packed(word));
    if (found == packed_verbs.end()) return Verb::unknown;
    const VerbRow& entry = verb_table.at(static_cast<std::size_t>(found - packed_verbs.begin()));
    const bool same =
        word.size() == 4 ? entry.name.size() == 4 : equal_ignoring_case(word, entry.name);
    return same ? entry.verb : Verb::unknown;
}

Command parse_command(std::string_view line) {
    const std::size_t space = line.find_first_of(" \t");
    const std::string_view word = line.substr(0, space);
    std::string_view argument = space == std::string_view::npos ? "" : line.substr(space);
    const std::size_t first = argument.find_first_not_of(" \t");
    argument.remove_prefix(first == std::string_view::npos ? argument.size() : first);
    argument = argument.substr(0, argument.find_last_not_of(" \t") + 1);
    return {verb_named(word), word, argument};
}

std::string_view greeting_name(std::string_view line) {
    const std::string_view argument = parse_command(line).argument;
    return argument.substr(0, argument.find_first_of(" \t"));
}

} // namespace smtpsim::smtp
