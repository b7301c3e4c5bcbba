#include "audit/report/report.hpp"

#include <algorithm>

namespace smtpsim::report {

const Kind* kind_named(std::string_view name) {
    const auto kind = std::ranges::find(kinds, name, &Kind::name);
    return kind == kinds.end() ? nullptr : &*kind;
}

} // namespace smtpsim::report
