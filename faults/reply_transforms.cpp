#include "faults/reply_transforms.hpp"

#include "core/at_most.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <string_view>

namespace smtpsim::faults {
namespace {

/// Calls `change(octets)` for every step that says something once.
template <class F> void for_each_say(Plan& plan, F change) {
    for (Step& step : plan.steps) {
        if (auto* const say = std::get_if<Say>(&step)) change(say->octets);
        if (auto* const trickle = std::get_if<Trickle>(&step)) change(trickle->octets);
    }
}

/// Replaces every Say by the steps that `split(say)` gives.
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

std::string_view keyword_of(std::string_view line) {
    return line.substr(0, line.find_first_of(" ="));
}

/// The texts of a reply's lines, without code, separator and CRLF.
std::vector<std::string> lines_of(std::string_view octets) {
    std::vector<std::string> out;
    while (!octets.empty()) {
        const std::size_t end = octets.find("\r\n");
        const std::string_view line = octets.substr(0, end);
        out.emplace_back(line.substr(std::min<std::size_t>(4, line.size())));
        if (end == std::string_view::npos) break;
        octets.remove_prefix(end + 2);
    }
    return out;
}

std::string reply_of(std::string_view code, const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines)
        out += std::string(code) + (&line == &lines.back() ? ' ' : '-') + line + "\r\n";
    return out;
}

/// Rewrites the lines behind the first of every reply of 250.
template <class F> void for_each_extension_list(Plan& plan, F change) {
    for_each_say(plan, [&](std::string& octets) {
        if (!octets.starts_with("250")) return;
        std::vector<std::string> lines = lines_of(octets);
        change(lines);
        octets = reply_of("250", lines);
    });
}

} // namespace

void shape(const Drip& drip, Plan& plan) {
    replace_says(plan, [&](Say say, std::vector<Step>& out) {
        out.emplace_back(Trickle{std::move(say.octets), drip.octets, drip.every});
    });
}

void shape(const Segment& segment, Plan& plan) {
    replace_says(plan, [&](const Say& say, std::vector<Step>& out) {
        std::string_view rest = say.octets;
        std::size_t next = 0;
        while (!rest.empty()) {
            std::uint64_t size = rest.size();
            if (segment.all_alike)
                size = segment.octets.front();
            else if (next < segment.octets.size())
                size = segment.octets[next++];
            const std::string_view piece = rest.substr(0, at_most(size, rest.size()));
            out.emplace_back(Say{std::string(piece), true});
            rest.remove_prefix(piece.size());
        }
    });
}

void shape(const Merge& merge, Plan& plan) { plan.joins = merge.replies; }

void shape(const Reorder& reorder, Plan& plan) { plan.behind = reorder.replies; }

void shape(const Truncate& truncate, Plan& plan) {
    std::uint64_t left = truncate.octets;
    if (truncate.dropped) {
        std::uint64_t all = 0;
        for_each_say(plan, [&](const std::string& octets) { all += octets.size(); });
        left = all - std::min(all, truncate.octets);
    }
    for_each_say(plan, [&](std::string& octets) {
        octets.resize(at_most(left, octets.size()));
        left -= octets.size();
    });
}

void shape(const Garble& garble, Rng& dice, Plan& plan) {
    for_each_say(plan, [&](std::string& octets) {
        if (!garble.noise) {
            octets = with_flipped_bits(std::move(octets), garble.odds, dice);
            return;
        }
        std::string noisy;
        for (const char octet : octets) {
            if (dice.chance(garble.odds))
                for (std::uint64_t burst = dice.below(8) + 1; burst > 0; --burst)
                    noisy += static_cast<char>(dice.below(256));
            noisy += octet;
        }
        octets = std::move(noisy);
    });
}

void shape(const Duplicate& duplicate, Plan& plan) {
    std::vector<Step> said;
    for (const Step& step : plan.steps)
        if (std::holds_alternative<Say>(step) || std::holds_alternative<Trickle>(step))
            said.push_back(step);
    const auto end = std::ranges::find_if(
        plan.steps, [](const Step& step) { return std::holds_alternative<End>(step); });
    const auto at = end - plan.steps.begin();
    for (std::uint64_t i = 1; i < duplicate.times; ++i)
        plan.steps.insert(plan.steps.begin() + at, said.begin(), said.end());
}

void shape(const Withhold& withhold, Plan& plan) {
    for_each_extension_list(plan, [&](std::vector<std::string>& lines) {
        lines.erase(std::remove_if(lines.begin() + 1, lines.end(),
                                   [&](const std::string& line) {
                                       return equal_ignoring_case(keyword_of(line),
                                                                  withhold.keyword);
                                   }),
                    lines.end());
    });
}

void shape(const Offer& offer, const smtp::Values& values, Plan& plan) {
    std::string line;
    offer.line.render(values, line);
    for_each_extension_list(plan, [&](std::vector<std::string>& lines) {
        const auto same = std::find_if(lines.begin() + 1, lines.end(), [&](const auto& other) {
            return equal_ignoring_case(keyword_of(other), keyword_of(line));
        });
        if (same != lines.end())
            *same = line;
        else
            lines.push_back(line);
    });
}

std::string with_flipped_bits(std::string octets, Ratio odds, Rng& dice) {
    for (char& octet : octets)
        if (dice.chance(odds))
            octet = static_cast<char>(static_cast<unsigned char>(octet) ^ (1U << dice.below(8)));
    return octets;
}

} // namespace smtpsim::faults
