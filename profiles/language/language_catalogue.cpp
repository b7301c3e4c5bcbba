// The language of faults/catalogue.
#include "profiles/language/language.hpp"

#include "core/yaml/make_shape.hpp"
#include "core/yaml/value_shapes.hpp"
#include "faults/client_behaviour.hpp"
#include "profiles/model/dialup.hpp"
#include "smtp/finding.hpp"

namespace smtpsim::profiles {
using namespace yaml;
namespace {

template <class Table, class Name>
std::vector<std::string> names_of(const Table& table, Name name) {
    std::vector<std::string> out;
    for (const auto& row : table) out.emplace_back(name(row));
    return out;
}

const Shape& expectation_shape() {
    const auto name = [](const auto& row) { return row.name; };
    static const Shape outcome =
        one_of("an outcome such as failed", names_of(faults::outcome_table, name));
    static const Shape outcomes = list_of("a list of outcomes", outcome);
    static const Shape either = [] {
        Shape choice;
        choice.form = Form::choice;
        choice.expected = "an outcome such as failed, or a list";
        choice.alternatives = {&outcome, &outcomes};
        return choice;
    }();
    static const Shape behaviour = [&] {
        auto words = names_of(faults::behaviour_table, name);
        for (const smtp::FindingRow& row : smtp::finding_table) words.emplace_back(row.id);
        return one_of("a finding or behaviour such as went-on-after-421", std::move(words));
    }();
    static const Shape behaviours = list_of("a list of findings and behaviour", behaviour);
    static const Shape shape =
        record_of("a map with what a correct client does",
                  {{"outcome", &either,
                    "The outcome that it reports; with a list, any of them is correct.", true},
                   {"must", &behaviours, "What it does."},
                   {"must-not", &behaviours, "What it does not do."},
                   {"within", &positive_duration_shape(), "The longest time that it may take."}});
    return shape;
}

} // namespace

const Shape& catalogue_shape() {
    static const Shape family = text_like("a family's name", "^[a-z0-9]+$");
    static const Shape id =
        text_like("an id such as kb155455/rcpt/552", "^[a-z0-9]+(/[a-z0-9-]+)+$");
    static const Shape layer =
        one_of("a layer such as reply", {"reply", "timing", "stream", "esmtp", "session", "tls",
                                         "auth", "modem", "line", "ppp"});
    static const Shape profile =
        one_of("a built-in profile", {"esmtp", "lmtp", "rfc821", "submission"});
    static const Shape call =
        one_of("who answers, such as ppp",
               names_of(answer_table, [](const auto& row) { return row.name; }));
    static const Shape other = record_of(
        "a map with what and why", {{"what", &text_shape(), "The failure.", true},
                                    {"why", &text_shape(), "Why it is not an entry here.", true}});
    static const Shape others = list_of("a list of failures", other);
    static const Shape texts = list_of("a list of texts", text_shape());
    static const Shape faults = list_of("a list of faults", fault_shape());
    static const Shape entry =
        record_of("an entry",
                  {{"id", &id, "Never changes.", true},
                   {"title", &text_shape(), "One line.", true},
                   {"layer", &layer, "What goes wrong.", true},
                   {"sources", &texts, "Where it is documented.", true},
                   {"fault", &fault_shape(), "The fault."},
                   {"faults", &faults, "Several faults."},
                   {"profile", &profile, "The profile that the failure needs. Unless set: esmtp."},
                   {"client", &texts, "Commands that a plain delivery does not send."},
                   {"expect", &expectation_shape(), "What a correct client does.", true},
                   {"log", &texts, "Lines of the client's Smtp.log."},
                   {"call", &call, "Of a modem's line: who answers. Unless set: smtp."},
                   {"sees", &texts, "Of a modem's line: what programs show."},
                   {"note", &text_shape(), "A remark."}});
    static const Shape entries = list_of("a list of entries", entry);
    static const Shape shape = record_of(
        "a map that begins with smtpsim: 1",
        {version_key(),
         {"catalogue", &family, "The family: ids begin with it.", true},
         {"summary", &text_shape(), "What the family is.", true},
         {"entries", &entries, "The failures.", true},
         {"not-applicable", &others, "Documented failures that a server or a line cannot cause."}});
    return shape;
}

} // namespace smtpsim::profiles
