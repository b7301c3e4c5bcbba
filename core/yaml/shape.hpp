// What a value of the profile language may look like. The language is one table of these (see
// language.hpp); the checker, the JSON Schema and the reference document all walk that table, so
// that they cannot disagree.
#pragma once

#include "core/yaml/tree.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace smtpsim::yaml {

enum class Form {
    text,    // matches `pattern`, or is one of `words`
    boolean, // true or false
    integer, // from `least` to `most`, or one of `words`
    list,    // of `item`; the first is `first` where that is set
    map,     // of `item`, keys match `key_pattern`
    record,  // of `keys`; x-... may be added anywhere
    choice,  // the first of `alternatives` whose form the value has
};

struct Shape;

struct Key {
    std::string name;
    const Shape* shape;
    std::string description;
    bool required = false;
};

/// A name that gets a reason instead of a suggestion.
struct Refusal {
    std::string name, why;
};

/// A rule that a pattern cannot express, or a better message than "expected": what is wrong, or "".
using Objection = std::string (*)(std::string_view text);

struct Shape {
    Form form = Form::text;
    std::string expected;   // "a duration such as 5s"
    std::string definition; // its name in the schema and the reference; empty: written out in place
    std::string summary;    // for a named definition
    std::string pattern;    // read alike by RE2, ECMA 262 and Python
    std::shared_ptr<const re2::RE2> regex; // of `pattern` or `key_pattern`; see compile()
    std::vector<std::string> words;
    Objection objection = nullptr;
    std::uint64_t least = 0, most = 0;
    const Shape* first = nullptr;
    const Shape* item = nullptr;
    bool not_empty = false; // of a list
    std::string key_pattern, key_expected;
    Objection key_objection = nullptr;
    std::vector<Key> keys;
    std::string marker;           // of a record in a choice: the key that only it has
    bool exactly_one = false;     // of `keys` is there
    std::vector<Refusal> refused; // keys of a record, words of a text
    std::vector<const Shape*> alternatives;
};

/// Compiles the pattern. A table with a bad one does not get past the first test.
Shape compile(Shape shape);

/// Appends everything about `node` that is not as `shape` says.
void check(const Node& node, const Shape& shape, Problems& problems);

/// The value of a plain integer: 100, +5, 0x1F, 0o17. nullopt: negative or beyond 64 bits.
std::optional<std::uint64_t> integer_value(const Node& node);

/// Of a node that Form::boolean has let through.
bool is_true(const Node& node);

} // namespace smtpsim::yaml
