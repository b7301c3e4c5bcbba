// The language as a JSON Schema (draft-07), for editors and for programs that write profiles.
#include "profiles/language/schema.hpp"
#include "core/json.hpp"
#include "profiles/language/definitions.hpp"
#include "profiles/language/language.hpp"

namespace smtpsim::profiles {
using namespace yaml;
namespace {

class Writer { // indents by two; knows where commas go
public:
    void open(char bracket) {
        out_ += bracket;
        ++depth_;
        first_ = true;
    }
    void close(char bracket) {
        --depth_;
        if (!first_) new_line();
        out_ += bracket;
        first_ = false;
    }
    void item() {
        if (!first_) out_ += ',';
        first_ = false;
        new_line();
    }
    void key(std::string_view name) {
        item();
        append_json_text(name, out_);
        out_ += ": ";
    }
    void text(std::string_view value) { append_json_text(value, out_); }
    void literal(std::string_view value) { out_ += value; }
    std::string take() { return std::move(out_) + '\n'; }

private:
    void new_line() {
        out_ += '\n';
        out_.append(2 * depth_, ' ');
    }
    std::string out_;
    std::size_t depth_ = 0;
    bool first_ = true;
};

class Schema {
public:
    /// `parameters`: a text with {name} may stand for any value.
    explicit Schema(bool parameters = false) : parameters_(parameters) {}

    std::string write(const Shape& root, std::string_view title, std::string_view about) {
        json_.open('{');
        member("$schema", "http://json-schema.org/draft-07/schema#");
        member("title", title);
        member("description", about);
        body(root);
        Definitions definitions;
        collect_definitions(root, definitions);
        json_.key("definitions");
        json_.open('{');
        for (const auto& [name, shape] : definitions) {
            json_.key(name);
            json_.open('{');
            member("description", shape->summary);
            body(*shape);
            json_.close('}');
        }
        json_.close('}');
        json_.close('}');
        return json_.take();
    }

private:
    void member(std::string_view name, std::string_view text) {
        json_.key(name);
        json_.text(text);
    }
    void member(std::string_view name, std::uint64_t number) {
        json_.key(name);
        json_.literal(std::to_string(number));
    }

    /// An object for the shape: a reference where it has a name.
    void value(const Shape& shape) {
        json_.open('{');
        if (shape.definition.empty())
            body(shape);
        else
            member("$ref", "#/definitions/" + shape.definition);
        json_.close('}');
    }

    void property(const Key& key) {
        json_.key(key.name);
        json_.open('{');
        member("description", key.description);
        if (key.shape->definition.empty()) {
            body(*key.shape);
        } else { // draft-07 ignores what is beside $ref, the description too
            json_.key("allOf");
            json_.open('[');
            json_.item();
            value(*key.shape);
            json_.close(']');
        }
        json_.close('}');
    }

    void body(const Shape& shape) {
        if (!parameters_ || !is_typed(shape)) return own_body(shape);
        json_.key("anyOf");
        json_.open('[');
        json_.item();
        json_.open('{');
        own_body(shape);
        json_.close('}');
        json_.item();
        json_.literal(R"({"type": "string", "pattern": "\\{[a-z][a-z0-9-]*\\}"})");
        json_.close(']');
    }

    /// A text with a parameter in it may not look like this.
    static bool is_typed(const Shape& shape) {
        switch (shape.form) {
        case Form::text: return !shape.words.empty() || !shape.pattern.empty();
        case Form::boolean:
        case Form::integer: return true;
        default: return false;
        }
    }

    void own_body(const Shape& shape) {
        switch (shape.form) {
        case Form::text: return text(shape);
        case Form::boolean: return member("type", "boolean");
        case Form::integer: return integer(shape);
        case Form::list: return list(shape);
        case Form::map: return map(shape);
        case Form::record: return record(shape);
        case Form::choice: return choice(shape);
        }
    }

    void words(const Shape& shape) {
        json_.key("enum");
        json_.open('[');
        for (const std::string& word : shape.words) {
            json_.item();
            if (shape.form == Form::integer)
                json_.literal(word);
            else
                json_.text(word);
        }
        json_.close(']');
    }

    void text(const Shape& shape) {
        member("type", "string");
        if (!shape.words.empty()) words(shape);
        if (!shape.pattern.empty()) member("pattern", shape.pattern);
    }

    void integer(const Shape& shape) {
        member("type", "integer");
        if (!shape.words.empty()) return words(shape);
        if (shape.least == shape.most) return member("const", shape.least);
        member("minimum", shape.least);
        member("maximum", shape.most);
    }

    void list(const Shape& shape) {
        member("type", "array");
        if (shape.not_empty) member("minItems", 1);
        json_.key("items");
        if (shape.first == nullptr) return value(*shape.item);
        json_.open('[');
        json_.item();
        value(*shape.first);
        json_.close(']');
        json_.key("additionalItems");
        value(*shape.item);
    }

    void map(const Shape& shape) {
        member("type", "object");
        json_.key("propertyNames");
        json_.open('{');
        member("pattern", shape.key_pattern);
        json_.close('}');
        json_.key("additionalProperties");
        value(*shape.item);
    }

    void record(const Shape& shape) {
        member("type", "object");
        required(shape);
        json_.key("properties");
        json_.open('{');
        for (const Key& key : shape.keys) property(key);
        json_.close('}');
        json_.key("patternProperties");
        json_.open('{');
        json_.key("^x-");
        json_.literal("{}");
        json_.close('}');
        json_.key("additionalProperties");
        json_.literal("false");
        if (shape.exactly_one) exactly_one(shape);
    }

    void required(const Shape& shape) {
        bool any = false;
        for (const Key& key : shape.keys) any = any || key.required;
        if (!any) return;
        json_.key("required");
        json_.open('[');
        for (const Key& key : shape.keys) {
            if (!key.required) continue;
            json_.item();
            json_.text(key.name);
        }
        json_.close(']');
    }

    void exactly_one(const Shape& shape) {
        json_.key("oneOf");
        json_.open('[');
        for (const Key& key : shape.keys) {
            json_.item();
            json_.open('{');
            json_.key("required");
            json_.open('[');
            json_.item();
            json_.text(key.name);
            json_.close(']');
            json_.close('}');
        }
        json_.close(']');
    }

    void choice(const Shape& shape) {
        json_.key("anyOf");
        json_.open('[');
        for (const Shape* const alternative : shape.alternatives) {
            json_.item();
            value(*alternative);
        }
        json_.close(']');
    }

    const bool parameters_;
    Writer json_;
};

} // namespace

std::string json_schema(const Shape& root, std::string_view title, std::string_view about) {
    return Schema{true}.write(root, title, about);
}

std::string json_schema(FileKind kind) {
    if (kind == FileKind::faults)
        return Schema{}.write(fault_file_shape(), "smtpsim faults",
                              "How a mail server goes wrong, for smtpsim serve --fault.");
    return Schema{}.write(profile_shape(), "smtpsim profile",
                          "A mail server, and how it goes wrong, for smtpsim.");
}

} // namespace smtpsim::profiles
