#include "faults/prefilter.hpp"

#include "core/check.hpp"

#include <algorithm>

namespace smtpsim::faults {
namespace {

constexpr std::size_t many = 8; // fewer are quicker asked one by one

const Pattern* address(const std::optional<Pattern>& pattern) {
    return pattern ? &*pattern : nullptr;
}

} // namespace

Prefilter::Prefilter(const std::vector<Fault>& faults, Stage stage) {
    Indexes left;
    for (std::size_t i = 0; i < faults.size(); ++i)
        if (faults[i].at.test(static_cast<std::size_t>(stage))) left.push_back(i);
    all_ = left;
    for (const Text text :
         {Text::recipient, Text::sender, Text::body, Text::command, Text::helo, Text::client}) {
        Indexes waiting;
        std::vector<const Pattern*> patterns;
        for (const std::size_t fault : left)
            if (const Pattern* const pattern = awaited(faults[fault].when, stage, text)) {
                waiting.push_back(fault);
                patterns.push_back(pattern);
            }
        if (waiting.size() < many) continue;
        std::erase_if(
            left, [&](std::size_t fault) { return std::ranges::binary_search(waiting, fault); });
        groups_.push_back({text, std::move(waiting), PatternSet{patterns}});
    }
    ungrouped_ = std::move(left);
}

/// Only RCPT is about one recipient; elsewhere any of the envelope's may be the one.
const Pattern* Prefilter::awaited(const Conditions& when, Stage stage, Text text) {
    switch (text) {
    case Text::recipient: return stage == Stage::rcpt ? address(when.recipient) : nullptr;
    case Text::sender: return address(when.sender);
    case Text::body: return address(when.body);
    case Text::command: return address(when.command);
    case Text::helo: return address(when.helo);
    case Text::client: return address(when.client);
    }
    return nullptr;
}

/// nullopt: not known at this ProtocolEvent.
std::optional<std::string_view> Prefilter::said(const FaultContext& context, Text text) {
    switch (text) {
    case Text::recipient:
        if (context.event.recipient.empty()) return std::nullopt;
        return context.event.recipient;
    case Text::sender: return context.event.sender;
    case Text::body: return Parts{context.content}.body;
    case Text::command: return context.event.line;
    case Text::helo: return context.values.client;
    case Text::client: return context.values.client_ip;
    }
    return std::nullopt;
}

const Prefilter::Indexes& Prefilter::at(const FaultContext& context, Indexes& room) const {
    if (groups_.empty()) return all_;
    room = ungrouped_;
    std::vector<std::size_t> found;
    for (const Group& group : groups_) {
        if (const auto text = said(context, group.text)) {
            found.clear();
            group.patterns.candidates(*text, found);
            for (const std::size_t i : found) {
                ensure(i < group.faults.size(), "a pattern that matches is one of its group");
                room.push_back(group.faults[i]);
            }
        } else {
            room.insert(room.end(), group.faults.begin(), group.faults.end());
        }
    }
    std::ranges::sort(room);
    return room;
}

} // namespace smtpsim::faults
