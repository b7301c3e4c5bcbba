#include "faults/effects/impair.hpp"

#include "core/units.hpp"
#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/effects/value_text.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace smtpsim::faults {
using namespace yaml;
namespace {

const Shape& argument_shape(Takes takes) {
    static const Shape text = text_like("a text", "^[^\\x00-\\x1f]{1,200}$");
    switch (takes) {
    case Takes::nothing: break;
    case Takes::duration:
    case Takes::may_duration: return positive_duration_shape();
    case Takes::size: return positive_size_shape();
    case Takes::odds: return odds_shape();
    case Takes::speed: return speed_shape();
    case Takes::count: return count_shape();
    case Takes::text: break;
    }
    return text;
}

Shape acts_shape(Layer layer) {
    static std::vector<std::unique_ptr<Shape>> parts; // shapes live until the program ends
    const auto keep = [&](Shape shape) {
        parts.push_back(std::make_unique<Shape>(std::move(shape)));
        return parts.back().get();
    };
    const std::string name(layer_names.at(static_cast<std::size_t>(layer)));
    Shape words;
    Shape record;
    record.form = Form::record;
    record.exactly_one = true;
    std::string some_word;
    std::string some_key;
    for (const ActRow& row : act_table) {
        if (row.layer != layer) continue;
        const std::string word(row.name);
        const bool bare = row.takes == Takes::nothing || row.takes == Takes::may_duration;
        if (bare) words.words.push_back(word);
        if (bare && some_word.empty()) some_word = word;
        if (!bare)
            words.refused.push_back({word, word + " needs a value: " + name + ": {" + word + ": " +
                                               argument_shape(row.takes).expected + '}'});
        if (row.takes != Takes::nothing)
            record.keys.push_back(
                {word, &argument_shape(row.takes), std::string(row.summary) + '.'});
        else
            record.refused.push_back({word, word + " has no value: write - " + name + ": " + word});
        if (!bare && some_key.empty()) some_key = word;
    }
    words.expected = "a word such as " + some_word;
    record.expected = "a map such as {" + some_key + ": ...}";
    Shape out =
        choice_of(some_key.empty() ? words.expected : words.expected + ", or " + record.expected,
                  {keep(words)});
    if (!record.keys.empty()) out.alternatives.push_back(keep(record));
    return out;
}

std::optional<Impairment> read_argument(Act act, const Node& value) {
    Impairment impairment{act};
    bool read = true;
    const auto take = [&](const auto& from, auto& to) {
        read = from.has_value();
        if (read) to = *from;
    };
    switch (row(act).takes) {
    case Takes::nothing: break;
    case Takes::duration:
    case Takes::may_duration: take(parse_duration(value.text), impairment.time); break;
    case Takes::size: take(parse_size(value.text), impairment.number); break;
    case Takes::speed: take(parse_speed(value.text), impairment.number); break;
    case Takes::count: take(integer_value(value), impairment.number); break;
    case Takes::odds: take(parse_ratio(value.text), impairment.odds); break;
    case Takes::text: impairment.text = value.text; break;
    }
    if (!read) return std::nullopt;
    return impairment;
}

} // namespace

const Shape& impairment_shape(Layer layer) {
    static const std::array<Shape, layer_names.size()> shapes{
        acts_shape(Layer::modem), acts_shape(Layer::line), acts_shape(Layer::ppp),
        acts_shape(Layer::ip), acts_shape(Layer::dns)};
    return shapes.at(static_cast<std::size_t>(layer));
}

std::optional<Impairment> read_impairment(Layer layer, const Node& value) {
    if (value.kind == NodeKind::text) {
        const auto act = act_named(layer, value.text);
        if (!act) return std::nullopt;
        return Impairment{*act};
    }
    for (const Entry& entry : value.entries)
        if (const auto act = act_named(layer, entry.key)) return read_argument(*act, *entry.value);
    return std::nullopt;
}

std::string impairment_text(const Impairment& impairment) {
    const ActRow& act = row(impairment.act);
    std::string out(act.name);
    switch (act.takes) {
    case Takes::nothing: break;
    case Takes::duration:
    case Takes::may_duration:
        if (impairment.time) return out + ' ' + duration_text(*impairment.time);
        break;
    case Takes::size: return out + ' ' + std::to_string(impairment.number) + 'B';
    case Takes::speed: return out + ' ' + std::to_string(impairment.number) + "bps";
    case Takes::count: return out + ' ' + std::to_string(impairment.number);
    case Takes::odds: return out + ' ' + odds_text(impairment.odds);
    case Takes::text: return out + ' ' + impairment.text;
    }
    return out;
}

} // namespace smtpsim::faults
