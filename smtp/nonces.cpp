#include "smtp/nonces.hpp"

#include <limits>

namespace smtpsim::smtp {

std::string Nonces::next(Tick now) {
    const std::lock_guard lock{mutex_};
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    return std::to_string(dice_.below(std::numeric_limits<std::uint64_t>::max())) + '.' +
           std::to_string(seconds);
}

} // namespace smtpsim::smtp
