#include "profiles/build/build.hpp"

#include "core/units.hpp"
#include "core/yaml/escapes.hpp"
#include "core/yaml/shape.hpp"
#include "profiles/language/reply_text.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace smtpsim::profiles {
using namespace yaml;
namespace {

using namespace faults; // NOLINT: each reader below makes one of its types
using faults::Stage;

/// What a raw effect may send in all, for ever or not at once. Chosen: what a test can want.
constexpr std::uint64_t raw_octets_max = 64ULL << 20;

template <class... Types> bool holds_one_of(const Effect& effect) {
    return (std::holds_alternative<Types>(effect) || ...);
}

class EffectReader {
public:
    explicit EffectReader(Problems& problems) : problems_(problems) {}

    /// nullopt: the shape has refused it, or it is reported.
    std::optional<Effect> read(const Node& node) {
        if (node.kind == NodeKind::text) return bare(node.text);
        for (const Entry& entry : node.entries)
            if (!entry.key.starts_with("x-")) return valued(entry.key, *entry.value);
        return std::nullopt;
    }

private:
    void say(const Node& node, std::string what) {
        problems_.push_back({node.place, std::move(what)});
    }

    static std::optional<Effect> bare(std::string_view word) {
        if (word == Healthy::name) return Healthy{};
        if (word == DropReply::name) return DropReply{};
        if (word == Stall::name) return Stall{};
        if (word == StopReading::name) return StopReading{};
        if (word == Duplicate::name) return Duplicate{};
        if (word == Reorder::name) return Reorder{};
        if (word == Discard::name) return Discard{};
        if (word == Keep::name) return Keep{};
        if (word == Shutdown::name) return Shutdown{};
        if (word == Close::name) return Close{};
        if (word == Reset::name) return Reset{};
        if (word == HalfClose::name) return HalfClose{};
        if (word == HangUp::name) return HangUp{};
        return std::nullopt;
    }

    std::optional<Effect> valued(std::string_view key, const Node& value) {
        if (key == SayReply::name)
            return reply(value, [](FaultReply it) {
                return SayReply{std::move(it.octets), std::move(it.code)};
            });
        if (key == Unsolicited::name)
            return reply(value, [](FaultReply it) { return Unsolicited{std::move(it.octets)}; });
        if (key == Early::name)
            return reply(value, [](FaultReply it) { return Early{std::move(it.octets)}; });
        if (key == Meaning::name) return meaning(value);
        if (key == Raw::name) return raw(value);
        if (key == Delay::name) return delay(value);
        if (key == StopReading::name)
            return with(parse_duration(value.text),
                        [](Duration time) { return StopReading{time}; });
        if (key == Throttle::name) return throttle(value);
        if (key == Drip::name) return drip(value);
        if (key == Segment::name) return segment(value);
        if (key == Merge::name)
            return with(integer_value(value), [](std::uint64_t count) { return Merge{count}; });
        if (key == Reorder::name)
            return with(integer_value(value), [](std::uint64_t count) { return Reorder{count}; });
        if (key == Duplicate::name) return duplicate(value);
        if (key == Truncate::name) return truncate(value);
        if (key == Garble::name) return garble(value);
        if (key == Withhold::name) return Withhold{value.text};
        if (key == Offer::name) return offer(value);
        if (key == Corrupt::name)
            return with(parse_ratio(value.text), [](Ratio odds) { return Corrupt{odds}; });
        if (key == SecureWith::name) return tls(value);
        if (key == SayResult::name) return SayResult{value.text};
        if (key == noise_name) return noise(value);
        const auto* const layer = std::ranges::find(layer_names, key);
        if (layer != layer_names.end())
            return perform(static_cast<Layer>(layer - layer_names.begin()), value);
        if (key == Set::name) return Set{value.text};
        if (key == UseCaptured::name)
            return with(capture(value.text), [](std::size_t at) { return UseCaptured{at}; });
        return std::nullopt;
    }

    template <class T, class Make>
    static std::optional<Effect> with(const std::optional<T>& value, Make make) {
        if (!value) return std::nullopt;
        return make(*value);
    }

    template <class Make> std::optional<Effect> reply(const Node& value, Make make) {
        auto read = read_fault_reply(value, problems_);
        if (!read) return std::nullopt;
        return make(*std::move(read));
    }

    static std::optional<std::size_t> capture(std::string_view text) { // "{1}" is 0
        if (text.size() != 3 || text.front() != '{' || text.back() != '}') return std::nullopt;
        return static_cast<std::size_t>(text[1] - '1');
    }

    static std::optional<Effect> meaning(const Node& value) {
        for (const smtp::ReplyRow& row : smtp::reply_table)
            if (row.group == smtp::ReplyGroup::wording && row.name == value.text)
                return Meaning{row.id};
        return std::nullopt;
    }

    std::optional<Effect> raw(const Node& value) {
        const Node* const text = value.kind == NodeKind::map ? value.find("octets") : &value;
        if (text == nullptr) return std::nullopt;
        Octets octets = decode_octets(text->text);
        if (!octets.wrong.empty()) return std::nullopt;
        Raw raw{std::move(octets.segments)};
        const Node* const times = value.find("times");
        const Node* const every = value.find("every");
        if (times != nullptr)
            raw.times = times->text == "forever" ? 0 : integer_value(*times).value_or(1);
        if (every != nullptr) raw.every = parse_duration(every->text).value_or(Duration{0});
        if (raw.times == 0 && every == nullptr) say(*times, "forever needs every: 10ms");
        if (every != nullptr && raw.times == 1) say(*every, "every says nothing without times");
        if (every != nullptr && raw.every < std::chrono::milliseconds{1})
            say(*every, "at least 1ms");
        std::uint64_t size = 0;
        for (const std::string& segment : raw.segments) size += segment.size();
        if (size > 0 && raw.times > raw_octets_max / size) say(value, "that is more than 64MiB");
        return raw;
    }

    static std::optional<Effect> delay(const Node& value) {
        if (const Node* const mean = value.find("mean"))
            return with(parse_duration(mean->text), [](Duration time) {
                return Delay{Delay::Kind::exponential, time, time};
            });
        if (const auto at = capture(value.text)) return Delay{Delay::Kind::captured, {}, {}, *at};
        const std::size_t dots = value.text.find("..");
        const auto least = parse_duration(value.text.substr(0, dots));
        if (!least) return std::nullopt;
        if (dots == std::string::npos) return Delay{Delay::Kind::fixed, *least, *least};
        const auto most = parse_duration(value.text.substr(dots + 2));
        if (!most || *most < *least) return std::nullopt;
        return Delay{Delay::Kind::uniform, *least, *most};
    }

    static std::optional<Effect> throttle(const Node& value) {
        const auto speed = [](const Node* node) {
            return node == nullptr ? 0 : parse_speed(node->text).value_or(0);
        };
        if (value.kind == NodeKind::map)
            return Throttle{speed(value.find("send")), speed(value.find("receive"))};
        return Throttle{speed(&value), speed(&value)};
    }

    std::optional<Effect> tls(const Node& value) {
        const auto* const act = std::ranges::find(tls_act_names, value.text);
        if (act != tls_act_names.end())
            return ActWithinTls{static_cast<TlsAct>(act - tls_act_names.begin())};
        std::string text;
        for (const Entry& entry : value.entries) {
            text += (text.empty() ? "" : " ") + entry.key;
            if (entry.value->kind == NodeKind::text) text += ' ' + entry.value->text;
        }
        return SecureWith{read_tls(value, problems_), std::move(text)};
    }

    static std::optional<Effect> noise(const Node& value) {
        const auto odds = parse_ratio(value.text);
        if (!odds) return std::nullopt;
        Impairment impairment{Act::noise};
        impairment.odds = *odds;
        return Perform{noise_name, std::move(impairment)};
    }

    static std::optional<Effect> perform(Layer layer, const Node& value) {
        const std::string_view name = layer_names.at(static_cast<std::size_t>(layer));
        if (value.kind == NodeKind::text) {
            const auto act = act_named(layer, value.text);
            if (!act) return std::nullopt;
            return Perform{name, Impairment{*act}};
        }
        for (const Entry& entry : value.entries) {
            const auto act = act_named(layer, entry.key);
            if (!act) continue;
            auto impairment = impairment_of(*act, *entry.value);
            if (!impairment) return std::nullopt;
            return Perform{name, *std::move(impairment)};
        }
        return std::nullopt;
    }

    /// nullopt: the shape has refused the value.
    static std::optional<Impairment> impairment_of(Act act, const Node& value) {
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

    static std::optional<Effect> drip(const Node& value) {
        const Node* const size = value.find("size");
        const Node* const every = value.find("every");
        if (size == nullptr || every == nullptr) return std::nullopt;
        const auto octets = parse_size(size->text);
        const auto time = parse_duration(every->text);
        if (!octets || *octets == 0 || !time) return std::nullopt;
        return Drip{*octets, *time};
    }

    static std::optional<Effect> segment(const Node& value) {
        Segment segment{{}, value.kind != NodeKind::list};
        const auto add = [&](const Node& size) {
            const auto octets = parse_size(size.text);
            if (octets && *octets > 0) segment.octets.push_back(*octets);
        };
        if (segment.all_alike) add(value);
        for (const NodePtr& item : value.items) add(*item);
        if (segment.octets.empty()) return std::nullopt;
        return segment;
    }

    std::optional<Effect> duplicate(const Node& value) {
        constexpr std::uint64_t most = 1000; // chosen; raw can repeat more
        const auto times = integer_value(value);
        if (times && *times > most) say(value, "at most 1000 times; raw can repeat more");
        if (!times || *times > most) return std::nullopt;
        return Duplicate{*times};
    }

    static std::optional<Effect> truncate(const Node& value) {
        const Node* const drop = value.find("drop");
        return with(parse_size(drop == nullptr ? value.text : drop->text),
                    [&](std::uint64_t octets) {
                        return Truncate{octets, drop != nullptr};
                    });
    }

    static std::optional<Effect> garble(const Node& value) {
        const Node* const noise = value.find("noise");
        const Node* const bits = value.find("bits");
        const Node& odds = noise != nullptr ? *noise : bits != nullptr ? *bits : value;
        return with(parse_ratio(odds.text), [&](Ratio ratio) {
            return Garble{ratio, noise != nullptr};
        });
    }

    static std::optional<Effect> offer(const Node& value) {
        std::string_view bad;
        auto line = smtp::Template::parse(value.text, bad);
        if (!line) return std::nullopt;
        return Offer{*std::move(line)};
    }

    Problems& problems_;
};

/// What a modem or a provider cannot do, who says no replies of mail; and what is not theirs.
void check_dialup(const Effect& effect, const Node& node, const Stages& at, Problems& problems) {
    const auto dialup = std::ranges::find_if(faults::stage_table, [&](const faults::StageRow& row) {
        return faults::is_dialup(row.stage) && at.test(static_cast<std::size_t>(row.stage));
    });
    if (dialup == faults::stage_table.end()) return;
    const bool of_mail =
        holds_one_of<SayReply, Meaning, Unsolicited, Early, Shutdown, Close, Reset, HalfClose,
                     StopReading, Throttle, Merge, Reorder, Withhold, Offer, Discard, Keep, Corrupt,
                     SecureWith, ActWithinTls>(effect);
    // Within PPP there is nothing to hold back or to spoil but packets: that is what ppp: is for.
    const bool spoken = dialup->stage <= Stage::lcp;
    const bool acts = holds_one_of<Perform, HangUp, Set, UseCaptured>(effect);
    if (of_mail || (!spoken && !acts))
        problems.push_back({node.place, faults::text(effect) +
                                            " does not go with at: " + std::string(dialup->name)});
}

/// Effects that make sense at some stages only.
void check_stage(const Effect& effect, const Node& node, const Stages& at, Problems& problems) {
    const auto only = [&](std::initializer_list<Stage> stages, std::string_view names) {
        Stages others = at;
        for (const Stage stage : stages) others.reset(static_cast<std::size_t>(stage));
        if (others.any())
            problems.push_back({node.place, faults::text(effect) +
                                                " goes with at: " + std::string(names) + " only"});
    };
    if (std::holds_alternative<Withhold>(effect) || std::holds_alternative<Offer>(effect))
        only({Stage::ehlo, Stage::helo}, "ehlo");
    if (std::holds_alternative<Discard>(effect) || std::holds_alternative<Keep>(effect) ||
        std::holds_alternative<Corrupt>(effect))
        only({Stage::message}, "message");
    if (std::holds_alternative<SecureWith>(effect)) only({Stage::tls}, "tls");
    if (std::holds_alternative<ActWithinTls>(effect) &&
        at.test(static_cast<std::size_t>(Stage::tls)))
        problems.push_back(
            {node.place, faults::text(effect) + " is for later: TLS is yet to come"});
    if (std::holds_alternative<SayResult>(effect))
        only({Stage::init, Stage::dial, Stage::carrier, Stage::hangup},
             "init, dial, carrier and hangup");
    check_dialup(effect, node, at, problems);
    const bool content = at.test(static_cast<std::size_t>(Stage::content));
    const bool needs_reply = std::holds_alternative<Healthy>(effect) ||
                             std::holds_alternative<DropReply>(effect) || role(effect).adds;
    if (content && needs_reply) problems.push_back({node.place, "at content no reply is due"});
}

} // namespace

void build_effects(const Node& list, faults::Fault& fault, Problems& problems) {
    EffectReader reader{problems};
    std::string ended_by;
    bool reported = false;
    const Node* first_shape = nullptr;
    bool says = false;
    for (const NodePtr& item : list.items) {
        if (!ended_by.empty() && !std::exchange(reported, true))
            problems.push_back({item->place, "nothing can follow " + ended_by});
        auto effect = reader.read(*item);
        if (!effect) continue;
        const Role its = role(*effect);
        if (its.ends && ended_by.empty()) ended_by = faults::text(*effect);
        if (its.shapes && first_shape == nullptr) first_shape = item.get();
        says |= its.says;
        check_stage(*effect, *item, fault.at, problems);
        fault.effects.push_back(*std::move(effect));
    }
    const bool drops = std::ranges::any_of(fault.effects, [](const Effect& effect) {
        return std::holds_alternative<DropReply>(effect);
    });
    Stages with_reply = fault.at;
    with_reply.reset(static_cast<std::size_t>(Stage::content));
    with_reply.reset(static_cast<std::size_t>(Stage::tls));
    const bool no_reply = fault.at.any() && with_reply.none();
    const auto says_something = [](const Effect& effect) {
        return role(effect).says && !std::holds_alternative<DropReply>(effect);
    };
    if (drops && std::ranges::any_of(fault.effects, says_something))
        problems.push_back({list.place, "drop-reply beside what is said: leave it out"});
    else if (first_shape != nullptr && (drops || (no_reply && !says)))
        problems.push_back({first_shape->place, "there is nothing to shape: nothing is said"});
}

} // namespace smtpsim::profiles
