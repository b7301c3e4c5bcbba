// `tls`: the handshake is done otherwise than the profile says; or an act within TLS.
#pragma once

#include "core/yaml/make_shape.hpp"
#include "faults/effects/parts.hpp"
#include "smtp/tls_settings.hpp"
#include "smtp/yaml/tls_changes.hpp"
#include "smtp/yaml/tls_shape.hpp"

#include <algorithm>
#include <vector>

namespace smtpsim::faults {

struct Tls {
    static constexpr std::string_view name = "tls";
    static constexpr std::string_view key =
        "With `at: tls`: do the handshake, with this changed. Elsewhere, within TLS: `renegotiate` "
        "(TLS 1.2) or `update-keys` (TLS 1.3).";
    static constexpr std::string_view example = "{certificate: expired}";
    static constexpr Topic topic = Topic::tls;
    Where where() const { return act ? within_tls : at_tls; }
    Role role() const { return {.says = !act, .adds = act.has_value()}; }

    std::optional<TlsAct> act; // nullopt: the handshake
    std::vector<smtp::TlsChange> changes;
    std::string words; // the changes as written

    /// The settings of the handshake.
    smtp::TlsSettings applied_to(smtp::TlsSettings settings) const {
        for (const smtp::TlsChange& change : changes) change(settings);
        return settings;
    }

    static const yaml::Shape& shape() {
        static const yaml::Shape acts = yaml::one_of({tls_act_names.begin(), tls_act_names.end()});
        static const yaml::Shape settings =
            yaml::record_of("a map with what TLS is like", smtp::tls_keys());
        static const yaml::Shape shape = yaml::choice_of(
            "a map such as {certificate: expired}, or renegotiate", {&acts, &settings});
        return shape;
    }
    static std::optional<Tls> read(const yaml::Node& value, Reading& reading) {
        Tls out;
        const auto* const act = std::ranges::find(tls_act_names, value.text);
        if (act != tls_act_names.end()) {
            out.act = static_cast<TlsAct>(act - tls_act_names.begin());
            return out;
        }
        for (const yaml::Entry& entry : value.entries) {
            out.words += (out.words.empty() ? "" : " ") + entry.key;
            if (entry.value->kind == yaml::NodeKind::text) out.words += ' ' + entry.value->text;
        }
        out.changes = smtp::read_tls_changes(value, reading.problems());
        return out;
    }
    std::string text() const {
        return act ? std::string(tls_act_names.at(static_cast<std::size_t>(*act))) : words;
    }
    void perform(Performance& in) const {
        if (act)
            in.plan.steps.emplace_back(*act);
        else
            in.plan.steps.emplace_back(Handshake{applied_to(in.settings.tls.settings)});
    }
};

} // namespace smtpsim::faults
