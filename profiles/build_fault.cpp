#include "profiles/build.hpp"

#include "profiles/octets.hpp"
#include "profiles/reply_text.hpp"
#include "profiles/shape.hpp"
#include "sim/core/units.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace smtpsim::profiles {
namespace {

using smtp::Stage;

std::vector<const Node*> items_or_self(const Node& node) {
    std::vector<const Node*> out;
    if (node.kind != NodeKind::list) return {&node};
    for (const NodePtr& item : node.items) out.push_back(item.get());
    return out;
}

faults::Stages read_stages(const Node& at) {
    faults::Stages stages;
    for (const Node* const item : items_or_self(at)) {
        if (item->text == "any") stages.set();
        if (const auto stage = smtp::stage_named(item->text))
            stages.set(static_cast<std::size_t>(*stage));
    }
    return stages;
}

std::optional<std::uint64_t> read_count(const Node* when, std::string_view key) {
    const Node* const node = when == nullptr ? nullptr : when->find(key);
    return node == nullptr ? std::nullopt : integer_value(*node);
}

std::optional<Pattern> read_pattern(const Node* when, std::string_view key) {
    const Node* const node = when == nullptr ? nullptr : when->find(key);
    if (node == nullptr || node->kind != NodeKind::text) return std::nullopt;
    auto pattern = Pattern::parse(node->text);
    if (!pattern) return std::nullopt;
    return *std::move(pattern);
}

/// Stages at which nobody has said yet whom the mail is for, or from.
constexpr std::array no_recipient_yet{Stage::connect, Stage::helo, Stage::ehlo, Stage::mail};
constexpr std::array no_sender_yet{Stage::connect, Stage::helo, Stage::ehlo};

/// A condition at a stage that cannot know it could never hold.
void check_known(const Node& at, const Node* when, std::string_view key,
                 std::span<const Stage> unknown_at, Problems& problems) {
    const Node* const condition = when == nullptr ? nullptr : when->find(key);
    if (condition == nullptr) return;
    for (const Node* const item : items_or_self(at)) {
        const auto stage = smtp::stage_named(item->text);
        if (stage && std::ranges::find(unknown_at, *stage) != unknown_at.end())
            problems.push_back({condition->place, "at " + item->text + " no " + std::string(key) +
                                                      " is known: this could never fire"});
    }
}

void check_conditions(const Node& at, const Node* when, const faults::Fault& fault,
                      Problems& problems) {
    check_known(at, when, "recipient", no_recipient_yet, problems);
    check_known(at, when, "sender", no_sender_yet, problems);
    const auto only_at = [&](Stage stage) {
        return fault.at.count() == 1 && fault.at.test(static_cast<std::size_t>(stage));
    };
    if (fault.when.bytes && fault.at.any() && !only_at(Stage::content))
        problems.push_back({when->find("bytes")->place, "bytes are counted only with at: content"});
    if (fault.when.nth && *fault.when.nth > 1 && only_at(Stage::connect))
        problems.push_back(
            {when->find("nth")->place, "a session has one connect: this could never fire"});
}

/// nullopt: the shape has refused it.
std::optional<faults::Effect> read_effect(const Node& node, Problems& problems) {
    if (node.text == faults::Shutdown::name) return faults::Shutdown{};
    if (node.text == faults::Close::name) return faults::Close{};
    if (node.text == faults::Reset::name) return faults::Reset{};
    if (const Node* const delay = node.find(faults::Delay::name)) {
        const auto time = parse_duration(delay->text);
        if (time) return faults::Delay{*time};
    }
    if (const Node* const said = node.find(faults::SayReply::name)) {
        const auto reply = read_reply(*said, problems);
        if (reply) return faults::SayReply{smtp::compile(*reply)};
    }
    if (const Node* const raw = node.find(faults::Raw::name)) {
        Octets octets = decode_octets(raw->text);
        if (octets.wrong.empty()) return faults::Raw{std::move(octets.segments)};
    }
    return std::nullopt;
}

bool ends(const faults::Effect& effect) {
    return std::holds_alternative<faults::Shutdown>(effect) ||
           std::holds_alternative<faults::Close>(effect) ||
           std::holds_alternative<faults::Reset>(effect);
}

void read_effects(const Node& list, faults::Fault& fault, Problems& problems) {
    std::string ended_by;
    bool reported = false;
    for (const NodePtr& item : list.items) {
        if (!ended_by.empty() && !std::exchange(reported, true))
            problems.push_back({item->place, "nothing can follow " + ended_by});
        auto effect = read_effect(*item, problems);
        if (!effect) continue;
        if (ends(*effect) && ended_by.empty()) ended_by = item->text;
        fault.effects.push_back(*std::move(effect));
    }
}

} // namespace

void build_faults(const Node* faults, const std::string& name, std::vector<faults::Fault>& out,
                  Problems& problems) {
    if (faults == nullptr) return;
    std::size_t number = 0;
    for (const NodePtr& item : faults->items) {
        ++number;
        faults::Fault fault;
        const Node* const own_name = item->find("name");
        fault.name = own_name != nullptr ? own_name->text : name + ' ' + std::to_string(number);
        const Node* const at = item->find("at");
        const Node* const when = item->find("when");
        if (at != nullptr) fault.at = read_stages(*at);
        fault.when = {read_count(when, "nth"), read_count(when, "times"),
                      read_pattern(when, "sender"), read_pattern(when, "recipient"),
                      read_count(when, "bytes")};
        if (at != nullptr) check_conditions(*at, when, fault, problems);
        if (const Node* const effects = item->find("do")) read_effects(*effects, fault, problems);
        out.push_back(std::move(fault));
    }
}

} // namespace smtpsim::profiles
