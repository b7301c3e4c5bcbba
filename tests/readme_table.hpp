// README's table of effects, which follows from their list: between two marks in the text.
#pragma once

#include "faults/effect.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace smtpsim {

inline constexpr std::string_view effects_begin = "<!-- effects: renewed by the target docs -->\n";
inline constexpr std::string_view effects_end = "<!-- /effects -->\n";

/// `readme` with the table as it is now. Without the marks it is left as it is.
inline std::string with_effects(std::string readme) {
    const std::size_t begin = readme.find(effects_begin);
    const std::size_t end = readme.find(effects_end);
    if (begin == std::string::npos || end == std::string::npos || end < begin) return readme;
    const std::size_t from = begin + effects_begin.size();
    return readme.replace(from, end - from, '\n' + faults::effects_markdown() + '\n');
}

} // namespace smtpsim
