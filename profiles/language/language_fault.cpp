// The part of the language under `faults:`.
#include "profiles/language/language.hpp"

#include "core/yaml/value_shapes.hpp"
#include "faults/plan/fault_stage.hpp"

namespace smtpsim::profiles {
using namespace yaml;
namespace {

const Shape& at_shape() {
    static const Shape stage = [] {
        Shape word;
        word.definition = "stage";
        word.summary =
            "A point of the conversation; `any` is every stage of mail except content and tls.";
        word.expected = "a stage such as rcpt";
        for (const faults::StageRow& row : faults::stage_table) word.words.emplace_back(row.name);
        word.words.emplace_back("any");
        return word;
    }();
    static const Shape stages = [] {
        Shape list;
        list.form = Form::list;
        list.expected = "a list of stages";
        list.not_empty = true;
        list.item = &stage;
        return list;
    }();
    static const Shape shape = [] {
        Shape choice;
        choice.form = Form::choice;
        choice.expected = "a stage such as rcpt, or a list of stages";
        choice.alternatives = {&stage, &stages};
        return choice;
    }();
    return shape;
}

const Shape& entry_id_shape() {
    static const Shape shape = [] {
        Shape id;
        id.expected = "a catalogued failure's id such as kb155455/rcpt/552";
        id.pattern = "^[a-z0-9-]+(/[a-z0-9-]+)+$";
        return compile(std::move(id));
    }();
    return shape;
}

} // namespace

const Shape& fault_shape() {
    static const Shape used = [] {
        Shape record;
        record.form = Form::record;
        record.marker = "use";
        record.expected = "a fault with use";
        record.keys = {
            {"use", &entry_id_shape(), "A catalogued failure: see `smtpsim fault list`.", true},
            {"name", &text_shape(), "Its name in the Journal. Unless set: the id."},
            {"when", &conditions_shape(), "Conditions in addition to those of the failure itself."},
        };
        for (const std::string name : {"at", "do"})
            record.refused.push_back(
                {name, in_quotes(name) + " comes with the failure that is used"});
        return record;
    }();
    static const Shape own = [] {
        Shape record;
        record.form = Form::record;
        record.expected = "a fault with at and do";
        record.keys = {
            {"name", &text_shape(), "Its name in the Journal. Unless set: its number."},
            {"at", &at_shape(),
             "The stage, or a list of stages; `any` is every stage at which the server sends a "
             "reply.",
             true},
            {"when", &conditions_shape(),
             "All of these must match. Without it the fault always fires."},
            {"do", &effects_shape(),
             "The effects, in this order. After an effect that ends the session only effects that "
             "change its words can follow.",
             true},
        };
        return record;
    }();
    static const Shape shape = [] {
        Shape choice;
        choice.form = Form::choice;
        choice.definition = "fault";
        choice.summary = "A stage, conditions and effects: when all conditions match, the effects "
                         "happen. Or a catalogued failure by its id. The first matching fault "
                         "wins. Its `reply` effect without a value hands over to the next matching "
                         "fault, or sends the normal reply.";
        choice.expected = "a fault with at and do";
        choice.alternatives = {&used, &own};
        return choice;
    }();
    return shape;
}

} // namespace smtpsim::profiles
