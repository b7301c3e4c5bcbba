#include "core/yaml/shape.hpp"

#include "core/check.hpp"
#include "core/text.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>

namespace smtpsim::yaml {
namespace {

class Checker {
public:
    explicit Checker(Problems& problems) : problems_(problems) {}

    void check(const Node& node, const Shape& shape) {
        switch (shape.form) {
        case Form::text: return text(node, shape);
        case Form::boolean:
            if (node.kind != NodeKind::boolean) expected(node, shape);
            return;
        case Form::integer: return integer(node, shape);
        case Form::list: return list(node, shape);
        case Form::map: return map(node, shape);
        case Form::record: return record(node, shape);
        case Form::choice: return choice(node, shape);
        }
    }

private:
    void say(const Place& place, std::string what) {
        problems_.push_back({place, std::move(what)});
    }

    void expected(const Node& node, const Shape& shape, std::string_view advice = "") {
        std::string what = "expected " + shape.expected;
        switch (node.kind) {
        case NodeKind::null: what += ", but there is nothing"; break;
        case NodeKind::integer:
        case NodeKind::real:
        case NodeKind::boolean:
            what += ", not " + visible(std::string_view(node.text).substr(0, 60));
            break;
        case NodeKind::text:
        case NodeKind::list:
        case NodeKind::map: what += ", not " + found(node); break;
        }
        say(node.place, what + std::string(advice));
    }

    static const Refusal* refusal(std::string_view name, const Shape& shape) {
        const auto at = std::ranges::find(shape.refused, name, &Refusal::name);
        return at == shape.refused.end() ? nullptr : &*at;
    }

    static std::string suggestion(std::string_view word, const Shape& shape) {
        std::vector<std::string_view> candidates(shape.words.begin(), shape.words.end());
        for (const Key& key : shape.keys) candidates.push_back(key.name);
        return did_you_mean(word, candidates);
    }

    void text(const Node& node, const Shape& shape) {
        if (node.kind != NodeKind::text) {
            const bool plain = node.kind == NodeKind::integer || node.kind == NodeKind::real ||
                               node.kind == NodeKind::boolean;
            const bool quotes_help = plain && shape.words.empty() && matches(node.text, shape);
            return expected(node, shape, quotes_help ? "; put it in quotes" : "");
        }
        if (const Refusal* const refused = refusal(node.text, shape))
            return say(node.place, refused->why);
        if (shape.objection != nullptr)
            if (std::string what = shape.objection(node.text); !what.empty())
                return say(node.place, std::move(what));
        if (!shape.words.empty()) {
            if (std::ranges::find(shape.words, node.text) == shape.words.end())
                expected(node, shape, suggestion(node.text, shape));
        } else if (!matches(node.text, shape)) {
            expected(node, shape);
        }
    }

    static bool matches(std::string_view text, const Shape& shape) {
        return !shape.regex ||
               RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *shape.regex);
    }

    void integer(const Node& node, const Shape& shape) {
        if (node.kind != NodeKind::integer) return expected(node, shape);
        std::string_view digits = node.text;
        if (digits.starts_with('+')) digits.remove_prefix(1);
        if (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]))
            return say(node.place, in_quotes(node.text) +
                                       " begins with a zero; a decimal number has "
                                       "none, and an octal one begins with 0o");
        const auto value = integer_value(node);
        const bool fits = shape.words.empty()
                              ? value && *value >= shape.least && *value <= shape.most
                              : value && std::ranges::find(shape.words, std::to_string(*value)) !=
                                             shape.words.end();
        if (!fits) return expected(node, shape);
        if (shape.objection != nullptr)
            if (std::string what = shape.objection(std::to_string(*value)); !what.empty())
                say(node.place, std::move(what));
    }

    void list(const Node& node, const Shape& shape) {
        if (node.kind != NodeKind::list) return expected(node, shape);
        if (shape.not_empty && node.items.empty())
            return say(node.place, "expected " + shape.expected + ", not an empty list");
        for (std::size_t i = 0; i < node.items.size(); ++i)
            check(*node.items[i], i == 0 && shape.first != nullptr ? *shape.first : *shape.item);
    }

    void map(const Node& node, const Shape& shape) {
        if (node.kind != NodeKind::map) return expected(node, shape);
        for (const Entry& entry : node.entries) {
            std::string what;
            if (shape.key_objection != nullptr) what = shape.key_objection(entry.key);
            if (what.empty() && !matches(entry.key, shape))
                what = "expected " + shape.key_expected + ", not " + in_quotes(entry.key);
            if (!what.empty()) say(entry.place, std::move(what));
            check(*entry.value, *shape.item);
        }
    }

    void record(const Node& node, const Shape& shape) {
        if (node.kind != NodeKind::map) return expected(node, shape);
        bool any_refused = false; // it may stand for what is missing
        for (const Entry& entry : node.entries) {
            if (entry.key.starts_with("x-")) continue;
            const auto key = std::ranges::find(shape.keys, entry.key, &Key::name);
            if (key != shape.keys.end())
                check(*entry.value, *key->shape);
            else if (const Refusal* const refused = refusal(entry.key, shape)) {
                say(entry.place, refused->why);
                any_refused = true;
            } else
                say(entry.place,
                    "unknown key " + in_quotes(entry.key) + suggestion(entry.key, shape));
        }
        for (const Key& key : shape.keys)
            if (key.required && !any_refused && node.find(key.name) == nullptr)
                say(node.place, "the key \"" + key.name + "\" is missing: " + key.shape->expected);
        if (shape.exactly_one) exactly_one(node, shape);
    }

    void exactly_one(const Node& node, const Shape& shape) {
        std::size_t known = 0;
        std::size_t strange = 0; // already reported
        for (const Entry& entry : node.entries) {
            const bool is_key =
                std::ranges::find(shape.keys, entry.key, &Key::name) != shape.keys.end();
            if (is_key)
                ++known;
            else if (!entry.key.starts_with("x-"))
                ++strange;
            if (is_key && known > 1)
                say(entry.place, in_quotes(entry.key) + " needs its own item in the list");
        }
        if (known + strange == 0) expected(node, shape);
    }

    void choice(const Node& node, const Shape& shape) {
        const auto has_form = [&](const Shape* alternative) {
            switch (alternative->form) {
            case Form::list: return node.kind == NodeKind::list;
            case Form::map: return node.kind == NodeKind::map;
            case Form::record:
                return node.kind == NodeKind::map &&
                       (alternative->marker.empty() || node.find(alternative->marker) != nullptr);
            case Form::text: return node.kind == NodeKind::text;
            case Form::boolean: return node.kind == NodeKind::boolean;
            case Form::integer: return node.kind == NodeKind::integer;
            case Form::choice: return false; // the table has no choice within a choice
            }
            return false;
        };
        const auto fit = std::ranges::find_if(shape.alternatives, has_form);
        if (fit != shape.alternatives.end()) return check(node, **fit);
        const bool plain = node.is_scalar() && node.kind != NodeKind::null;
        const Shape& first = *shape.alternatives.front();
        if (plain && first.form == Form::text && first.words.empty() && matches(node.text, first))
            return expected(node, shape, "; put it in quotes");
        expected(node, shape);
    }

    Problems& problems_;
};

} // namespace

Shape compile(Shape shape) {
    const std::string& pattern = shape.form == Form::map ? shape.key_pattern : shape.pattern;
    if (pattern.empty()) return shape;
    RE2::Options options;
    options.set_never_nl(false);
    options.set_dot_nl(true);
    shape.regex = std::make_shared<RE2>(pattern, options);
    ensure(shape.regex->ok(), "the pattern of a shape compiles");
    return shape;
}

void check(const Node& node, const Shape& shape, Problems& problems) {
    Checker{problems}.check(node, shape);
}

bool is_true(const Node& node) { return lower(node.text) == "true"; }

std::optional<std::uint64_t> integer_value(const Node& node) {
    std::string_view text = node.text;
    if (node.kind != NodeKind::integer) return std::nullopt;
    int base = 10;
    if (text.starts_with("0x")) base = 16;
    if (text.starts_with("0o")) base = 8;
    if (base != 10) text.remove_prefix(2);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace smtpsim::yaml
