// The profile language, as one table of shapes. To add a key: a row in language.cpp, the code that
// builds from it, a test; the schema and the reference follow.
#pragma once

#include "core/yaml/shape.hpp"

namespace smtpsim::profiles {

const yaml::Shape& profile_shape();
const yaml::Shape& fault_file_shape();
const yaml::Shape& catalogue_shape(); // language_catalogue.cpp

// The parts, one file each.
const yaml::Shape& server_shape(); // language_server.cpp
const yaml::Shape& link_shape();   // language_dialup.cpp
const yaml::Shape& modem_shape();
const yaml::Shape& tls_shape(); // language_tls.cpp
const yaml::Shape& auth_shape();
const yaml::Shape& fault_shape();      // language_fault.cpp
const yaml::Shape& conditions_shape(); // language_condition.cpp
const yaml::Shape& effects_shape();    // language_effect.cpp

} // namespace smtpsim::profiles
