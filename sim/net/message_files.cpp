#include "sim/net/message_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <vector>

namespace smtpsim::net {
namespace {

constexpr std::size_t digits_min = 6, digits_max = 12;

struct Name {
    std::uint64_t number;
    std::string_view ending;
};

/// Nothing: it is not the name of a message's file.
std::optional<Name> parse(std::string_view name) {
    const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    if (digits < digits_min || digits > digits_max) return std::nullopt;
    constexpr std::array endings{envelope_ending, content_ending, envelope_part_ending,
                                 content_part_ending};
    const auto* const ending = std::ranges::find(endings, name.substr(digits));
    if (ending == endings.end()) return std::nullopt;
    Name out{0, *ending};
    std::from_chars(name.data(), name.data() + digits, out.number);
    return out;
}

std::vector<Name> names_in(int folder) {
    std::vector<Name> out;
    const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* const listing = copy < 0 ? nullptr : ::fdopendir(copy);
    if (listing == nullptr) {
        if (copy >= 0) ::close(copy);
        return out;
    }
    while (const dirent* const entry = ::readdir(listing))
        if (const auto name = parse(entry->d_name)) out.push_back(*name);
    ::closedir(listing);
    return out;
}

} // namespace

std::string message_file(std::uint64_t number, std::string_view ending) {
    std::string name = std::to_string(number);
    name.insert(0, digits_min - std::min(digits_min, name.size()), '0');
    return name + std::string(ending);
}

std::uint64_t highest_message_number(int folder) {
    std::uint64_t highest = 0;
    for (const Name& name : names_in(folder)) highest = std::max(highest, name.number);
    return highest;
}

std::size_t remove_leftovers(int folder) {
    const std::vector<Name> names = names_in(folder);
    std::set<std::uint64_t> whole;
    for (const Name& name : names)
        if (name.ending == content_ending) whole.insert(name.number);
    std::size_t removed = 0;
    for (const Name& name : names) {
        const bool kept = name.ending == content_ending ||
                          (name.ending == envelope_ending && whole.contains(name.number));
        if (!kept && ::unlinkat(folder, message_file(name.number, name.ending).c_str(), 0) == 0)
            ++removed;
    }
    return removed;
}

} // namespace smtpsim::net
