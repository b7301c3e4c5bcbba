#include "core/problem.hpp"

namespace smtpsim {

std::string Problem::text() const {
    std::string out = place.file;
    if (place.line > 0) {
        out += ':' + std::to_string(place.line);
        if (place.column > 0) out += ':' + std::to_string(place.column);
    }
    if (!out.empty()) out += ": ";
    return out + what;
}

} // namespace smtpsim
