// All that is known of effects in general, from the list of their types.
#include "faults/effect.hpp"

#include "core/yaml/make_shape.hpp"

#include <algorithm>
#include <vector>

namespace smtpsim::faults {
using namespace yaml;
namespace {

/// Those written as words, and those written with a value, in order. Two types may share a name.
std::vector<std::string> effect_words() {
    std::vector<std::string> out;
    for_each_effect_type([&]<class E>(std::type_identity<E>) {
        if constexpr (IsWord<E>) out.emplace_back(E::name);
    });
    return out;
}

std::vector<Key> effect_keys() {
    std::vector<Key> out;
    for_each_effect_type([&]<class E>(std::type_identity<E>) {
        if constexpr (IsKey<E>)
            out.push_back({std::string(E::name), &E::shape(), std::string(E::key)});
    });
    return out;
}

const Shape& word_shape() {
    static const Shape shape = [] {
        Shape word = one_of("an effect such as reset", effect_words());
        for_each_effect_type([&]<class E>(std::type_identity<E>) {
            if constexpr (IsKey<E>)
                if (std::ranges::find(word.words, E::name) == word.words.end())
                    word.refused.push_back(
                        {std::string(E::name), std::string(E::name) +
                                                   " needs a value: " + std::string(E::name) +
                                                   ": " + std::string(E::example)});
        });
        return word;
    }();
    return shape;
}

const Shape& key_shape() {
    static const Shape shape = [] {
        Shape record = record_of("an effect such as delay: 3s", effect_keys());
        record.exactly_one = true;
        for (const std::string& name : effect_words())
            if (std::ranges::find(record.keys, name, &Key::name) == record.keys.end())
                record.refused.push_back({name, name + " has no value: write - " + name});
        return record;
    }();
    return shape;
}

void append_in_ticks(std::string_view name, std::string& out) {
    out += (out.empty() ? "`" : ", `") + std::string(name) + '`';
}

std::string effect_summary() {
    std::string words;
    std::string transforms;
    for_each_effect_type([&]<class E>(std::type_identity<E>) {
        if constexpr (IsWord<E>) {
            append_in_ticks(E::name, words);
            words += " (" + std::string(E::word) + ')';
        }
        if constexpr (E::topic == Topic::transforms || E::topic == Topic::ehlo)
            append_in_ticks(E::name, transforms);
    });
    return "A word, or a map with one key. Words: " + words +
           ". Effects are done in the order of the list. A list that sends no reply, drops none "
           "and ends nothing is followed by the healthy reply. " +
           transforms +
           " change the reply before them in the list, one after the other; without one they "
           "change the healthy reply. No further reply can follow one of them.";
}

} // namespace

std::string_view name(const Effect& effect) {
    return std::visit([](const auto& it) { return it.name; }, effect);
}

Role role(const Effect& effect) {
    return std::visit([](const auto& it) { return it.role(); }, effect);
}

Where where(const Effect& effect) {
    return std::visit([](const auto& it) { return it.where(); }, effect);
}

std::string text(const Effect& effect) {
    return std::visit(
        [](const auto& it) {
            const std::string value = it.text();
            return std::string(it.name) + (value.empty() ? "" : ' ' + value);
        },
        effect);
}

const Impairment* impairment(const Effect& effect) {
    return std::visit(
        [](const auto& it) -> const Impairment* {
            if constexpr (requires { it.impairment; })
                return &it.impairment;
            else
                return nullptr;
        },
        effect);
}

const Shape& effect_shape() {
    static const Shape shape = [] {
        Shape choice =
            choice_of("an effect such as reset or delay: 3s", {&word_shape(), &key_shape()});
        choice.definition = "effect";
        choice.summary = effect_summary();
        return choice;
    }();
    return shape;
}

std::optional<Effect> read_effect(const Node& node, Reading& reading) {
    std::optional<Effect> out;
    if (node.kind == NodeKind::text) {
        for_each_effect_type([&]<class E>(std::type_identity<E>) {
            if constexpr (IsWord<E>)
                if (node.text == E::name) out = E{};
        });
        return out;
    }
    const auto entry = std::ranges::find_if(
        node.entries, [](const Entry& each) { return !each.key.starts_with("x-"); });
    if (entry == node.entries.end()) return std::nullopt;
    for_each_effect_type([&]<class E>(std::type_identity<E>) {
        if constexpr (IsKey<E>)
            if (entry->key == E::name)
                if (auto effect = E::read(*entry->value, reading)) out = *std::move(effect);
    });
    return out;
}

std::string effects_markdown() {
    std::string out = "| Do, in this order | |\n| --- | --- |\n";
    for (const TopicRow& row : topic_table) {
        std::vector<std::string_view> names;
        for_each_effect_type([&]<class E>(std::type_identity<E>) {
            if (E::topic == row.topic && std::ranges::find(names, E::name) == names.end())
                names.push_back(E::name);
        });
        std::string cell;
        for (const std::string_view name : names)
            cell += (cell.empty() ? "" : " ") + std::string(name);
        out += "| `" + cell + "` | " + std::string(row.summary) + " |\n";
    }
    return out;
}

} // namespace smtpsim::faults
