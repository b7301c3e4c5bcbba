// The shapes that have a name of their own.
#pragma once

#include "core/yaml/shape.hpp"

#include <map>
#include <string>

namespace smtpsim::profiles {

using Definitions = std::map<std::string, const yaml::Shape*>;

/// Adds every named shape that `shape` leads to, itself included.
inline void collect_definitions(const yaml::Shape& shape, Definitions& out) {
    if (!shape.definition.empty() && !out.emplace(shape.definition, &shape).second) return;
    for (const yaml::Shape* const part : {shape.first, shape.item})
        if (part != nullptr) collect_definitions(*part, out);
    for (const yaml::Key& key : shape.keys) collect_definitions(*key.shape, out);
    for (const yaml::Shape* const alternative : shape.alternatives)
        collect_definitions(*alternative, out);
}

} // namespace smtpsim::profiles
