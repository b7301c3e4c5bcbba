// The part of the language in `do:`. What one effect looks like is in its own file in
// faults/effects/.
#include "profiles/language/language.hpp"

#include "core/yaml/make_shape.hpp"
#include "faults/effect.hpp"

namespace smtpsim::profiles {
using namespace yaml;

const Shape& effects_shape() {
    static const Shape shape = list_of("a list of effects", faults::effect_shape());
    return shape;
}

} // namespace smtpsim::profiles
