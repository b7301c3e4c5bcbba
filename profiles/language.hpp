// The profile language, as one table of shapes. To add a key: a row in language.cpp, the code that
// builds from it, a test; the schema and the reference follow.
#pragma once

#include "profiles/shape.hpp"

namespace smtpsim::profiles {

const Shape& profile_shape();
const Shape& fault_file_shape();
const Shape& catalogue_shape(); // language_catalogue.cpp

// The parts, one file each.
const Shape& server_shape(); // language_server.cpp
const Shape& link_shape();   // language_dialup.cpp
const Shape& modem_shape();
const Shape& tls_shape(); // language_tls.cpp
const Shape& tls_effect_shape();
const Shape& auth_shape();
const Shape& fault_shape();      // language_fault.cpp
const Shape& conditions_shape(); // language_condition.cpp
const Shape& effects_shape();    // language_effect.cpp
const Shape& reply_shape();      // language_reply.cpp
const Shape& fault_reply_shape();

// Values that several keys share: language_values.cpp
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

} // namespace smtpsim::profiles
