// What effects share that change what was said before them: they rewrite the steps of the plan.
#pragma once

#include "faults/plan/plan.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace smtpsim::faults {

/// Calls `change(octets)` for every step that says something once.
template <class F> void for_each_say(Plan& plan, F change) {
    for (Step& step : plan.steps) {
        if (auto* const say = std::get_if<Say>(&step)) change(say->octets);
        if (auto* const trickle = std::get_if<Trickle>(&step)) change(trickle->octets);
    }
}

/// Replaces every Say by the steps that `split(say, out)` appends.
template <class F> void replace_says(Plan& plan, F split) {
    std::vector<Step> out;
    for (Step& step : plan.steps) {
        if (auto* const say = std::get_if<Say>(&step))
            split(std::move(*say), out);
        else
            out.push_back(std::move(step));
    }
    plan.steps = std::move(out);
}

/// The texts of a reply's lines, without code, separator and CRLF.
std::vector<std::string> lines_of(std::string_view octets);
/// The reply with these lines: each with the code and CRLF, `-` after the code in all but the last.
std::string reply_of(std::string_view code, const std::vector<std::string>& lines);

/// Rewrites the lines of every reply of 250; the first is no extension.
template <class F> void for_each_extension_list(Plan& plan, F change) {
    for_each_say(plan, [&](std::string& octets) {
        if (!octets.starts_with("250")) return;
        std::vector<std::string> lines = lines_of(octets);
        change(lines);
        octets = reply_of("250", lines);
    });
}

/// "SIZE" of "SIZE 1000", "AUTH" of "AUTH=LOGIN".
std::string_view keyword_of(std::string_view line);

} // namespace smtpsim::faults
