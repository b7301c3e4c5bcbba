// The language as a JSON Schema (draft-07), for editors and for programs that write profiles.
#pragma once

#include "core/yaml/shape.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace smtpsim::profiles {

/// Indented, with a description on every key.
enum class FileKind : std::uint8_t { profile, faults };
std::string json_schema(FileKind kind);
/// Of another language that is made of shapes, in which {name} may stand for any value.
std::string json_schema(const yaml::Shape& root, std::string_view title, std::string_view about);

} // namespace smtpsim::profiles
