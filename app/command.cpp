#include "app/command.hpp"

#include <iterator>
#include <utility>

namespace smtpsim::app {

std::vector<Option> joined(std::vector<Option> first, std::vector<Option> second) {
    std::move(second.begin(), second.end(), std::back_inserter(first));
    return first;
}

} // namespace smtpsim::app
