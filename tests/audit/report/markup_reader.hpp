// A reader of XML 1.0 that knows as much as our reports use: is it well-formed, and what is in it?
#pragma once

#include "core/json.hpp"
#include "core/text.hpp"

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smtpsim {

struct Element {
    std::string name;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::string text; // of its own, without that of elements in it
    std::size_t depth = 0;

    std::string operator[](std::string_view attribute) const {
        for (const auto& [key, value] : attributes)
            if (key == attribute) return value;
        return {};
    }
};

class MarkupReader {
public:
    explicit MarkupReader(std::string_view text) : rest_(text) { read(); }

    std::string problem; // empty: well-formed
    std::vector<Element> elements;

    std::vector<Element> named(std::string_view name) const {
        std::vector<Element> out;
        for (const Element& element : elements)
            if (element.name == name) out.push_back(element);
        return out;
    }

private:
    void read() {
        if (rest_.starts_with("<?xml ")) rest_.remove_prefix(rest_.find("?>") + 2);
        while (!rest_.empty() && problem.empty()) {
            if (rest_.starts_with("</"))
                close();
            else if (rest_.front() == '<')
                open();
            else if (const auto character = take_character()) {
                if (!open_.empty())
                    elements[open_.back()].text += *character;
                else if (!is_space(character->front()))
                    fail("text outside of the root");
            }
        }
        if (problem.empty() && !open_.empty()) fail(elements[open_.back()].name + " is not closed");
        if (problem.empty() && roots_ != 1) fail("not one root");
    }

    void open() {
        rest_.remove_prefix(1);
        Element element{take_name(), {}, {}, open_.size()};
        for (;;) {
            skip_space();
            if (rest_.starts_with("/>") || rest_.starts_with(">") || !problem.empty()) break;
            attribute(element);
        }
        if (element.depth == 0) ++roots_;
        elements.push_back(std::move(element));
        if (rest_.starts_with("/>")) return rest_.remove_prefix(2);
        open_.push_back(elements.size() - 1);
        if (!rest_.empty()) rest_.remove_prefix(1);
    }

    void attribute(Element& element) {
        std::string name = take_name();
        if (!rest_.starts_with("=\"")) return fail("attribute without a quoted value");
        rest_.remove_prefix(2);
        std::string value;
        while (problem.empty() && !rest_.starts_with("\"")) {
            if (rest_.starts_with("<")) return fail("< in an attribute");
            value += take_character().value_or("");
        }
        if (!rest_.empty()) rest_.remove_prefix(1);
        if (!element[name].empty()) return fail("an attribute twice");
        element.attributes.emplace_back(std::move(name), std::move(value));
    }

    void close() {
        rest_.remove_prefix(2);
        const std::string name = take_name();
        if (open_.empty() || elements[open_.back()].name != name) return fail("closes " + name);
        open_.pop_back();
        if (!rest_.starts_with(">")) return fail("closing tag");
        rest_.remove_prefix(1);
    }

    std::string take_name() {
        std::size_t size = 0;
        while (size < rest_.size() &&
               (is_alpha(rest_[size]) || is_digit(rest_[size]) || rest_[size] == '-'))
            ++size;
        if (size == 0) fail("a name was expected");
        std::string name{rest_.substr(0, size)};
        rest_.remove_prefix(size);
        return name;
    }

    /// A Char (§2.2) or a reference to one.
    std::optional<std::string> take_character() {
        if (rest_.empty()) return fail("end of file"), std::nullopt;
        if (rest_.front() == '&') return take_reference();
        const std::size_t octets = json_detail::utf8_octets(rest_);
        if (octets == 0) return fail("not UTF-8"), std::nullopt;
        std::string character{rest_.substr(0, octets)};
        if (octets == 1 && is_control(character[0]) && !is_space(character[0]))
            return fail("a control character"), std::nullopt;
        if (character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF")
            return fail("no character"), std::nullopt;
        if (rest_.starts_with("]]>")) return fail("]]> in text"), std::nullopt;
        rest_.remove_prefix(octets);
        return character;
    }

    std::optional<std::string> take_reference() {
        constexpr std::pair<std::string_view, std::string_view> known[]{
            {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};
        for (const auto& [reference, character] : known) {
            if (!rest_.starts_with(reference)) continue;
            rest_.remove_prefix(reference.size());
            return std::string(character);
        }
        return fail("an unknown reference"), std::nullopt;
    }

    static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
    void skip_space() {
        while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    }
    void fail(const std::string& what) {
        if (problem.empty()) problem = what + " at: " + std::string(rest_.substr(0, 60));
    }

    std::string_view rest_;
    std::vector<std::size_t> open_; // where in `elements`
    std::size_t roots_ = 0;
};

} // namespace smtpsim
