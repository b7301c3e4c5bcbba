// Shapes of the usual kinds, for the tables of the language.
#pragma once

#include "core/yaml/shape.hpp"

namespace smtpsim::yaml {

Shape text_like(std::string expected, std::string pattern, Objection objection = nullptr);
Shape one_of(std::vector<std::string> words); // expected: "one of a, b"
Shape one_of(std::string expected, std::vector<std::string> words);
Shape list_of(std::string expected, const Shape& item); // not empty
Shape record_of(std::string expected, std::vector<Key> keys);
Shape choice_of(std::string expected, std::vector<const Shape*> alternatives);

} // namespace smtpsim::yaml
