// The YAML keys of a personality's file, with their types and descriptions.
#pragma once

#include "core/yaml/shape.hpp"

namespace smtpsim::modem {

const yaml::Shape& modem_model_shape();

} // namespace smtpsim::modem
