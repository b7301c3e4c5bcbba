#include "audit/scenario/number_text.hpp"

#include <algorithm>

namespace smtpsim::scenario {

std::string grouped(std::uint64_t value) {
    std::string out = std::to_string(value);
    for (std::size_t at = out.size(); at > 3; at -= 3) out.insert(at - 3, 1, ',');
    return out;
}

std::string counted(std::uint64_t count, std::string_view noun) {
    return grouped(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

std::string seconds_text(Duration value) {
    const auto milliseconds = std::max<std::int64_t>(value.count() / 1000, 0);
    const std::string thousandths = std::to_string(milliseconds % 1000);
    return std::to_string(milliseconds / 1000) + '.' + std::string(3 - thousandths.size(), '0') +
           thousandths + 's';
}

} // namespace smtpsim::scenario
