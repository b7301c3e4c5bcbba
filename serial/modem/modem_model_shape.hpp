// The language of a personality's file.
#pragma once

#include "core/yaml/shape.hpp"

namespace smtpsim::modem {

const yaml::Shape& modem_model_shape();

} // namespace smtpsim::modem
