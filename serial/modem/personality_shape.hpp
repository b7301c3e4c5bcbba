// The language of a personality's file.
#pragma once

#include "profiles/shape.hpp"

namespace smtpsim::modem {

const profiles::Shape& personality_shape();

} // namespace smtpsim::modem
