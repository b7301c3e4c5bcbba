// Values that the languages of this project share: counts, sizes, durations, patterns.
#pragma once

#include "core/yaml/shape.hpp"

namespace smtpsim::yaml {

const Shape& text_shape();
const Shape& count_shape();
const Shape& size_shape();
const Shape& positive_size_shape();
const Shape& positive_duration_shape();
const Shape& duration_range_shape();
const Shape& count_range_shape();
const Shape& size_range_shape();
const Shape& odds_shape();
const Shape& speed_shape();
const Shape& rate_shape();
const Shape& pattern_shape();
const Shape& bool_shape();

/// `smtpsim: 1`, which begins every file.
const Key& version_key();

} // namespace smtpsim::yaml
