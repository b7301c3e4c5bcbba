// The list of effects: the things that a fault does. A fault performs its own list of them in
// order. To add one: a file in faults/effects/, and its type here. What an effect consists of is in
// faults/effects/parts.hpp; a type that lacks a part of it does not compile.
#pragma once

#include "faults/effects/close.hpp"
#include "faults/effects/corrupt.hpp"
#include "faults/effects/delay.hpp"
#include "faults/effects/discard.hpp"
#include "faults/effects/drip.hpp"
#include "faults/effects/drop_reply.hpp"
#include "faults/effects/duplicate.hpp"
#include "faults/effects/early.hpp"
#include "faults/effects/garble.hpp"
#include "faults/effects/half_close.hpp"
#include "faults/effects/hang_up.hpp"
#include "faults/effects/healthy.hpp"
#include "faults/effects/impair.hpp"
#include "faults/effects/keep.hpp"
#include "faults/effects/meaning.hpp"
#include "faults/effects/merge.hpp"
#include "faults/effects/noise.hpp"
#include "faults/effects/offer.hpp"
#include "faults/effects/raw.hpp"
#include "faults/effects/reorder.hpp"
#include "faults/effects/reset.hpp"
#include "faults/effects/say_reply.hpp"
#include "faults/effects/say_result.hpp"
#include "faults/effects/segment.hpp"
#include "faults/effects/set.hpp"
#include "faults/effects/shutdown.hpp"
#include "faults/effects/stall.hpp"
#include "faults/effects/stop_reading.hpp"
#include "faults/effects/throttle.hpp"
#include "faults/effects/tls.hpp"
#include "faults/effects/truncate.hpp"
#include "faults/effects/unsolicited.hpp"
#include "faults/effects/use_captured.hpp"
#include "faults/effects/withhold.hpp"

#include <optional>
#include <string>
#include <type_traits>
#include <variant>

namespace smtpsim::faults {

template <IsEffect... Types> using EffectList = std::variant<Types...>;

/// In the order of the reference and of README's table.
using Effect = EffectList<Healthy, SayReply, Meaning, Raw, DropReply, Unsolicited, Early, //
                          Delay, Stall,                                                   //
                          StopReading, Throttle,                                          //
                          Drip, Segment, Merge, Reorder, Truncate, Garble, Duplicate,     //
                          Withhold, Offer,                                                //
                          Discard, Keep, Corrupt,                                         //
                          Tls,                                                            //
                          Shutdown, Close, Reset, HalfClose, HangUp,                      //
                          SayResult, Noise, Impair<Layer::modem>, Impair<Layer::line>,
                          Impair<Layer::ppp>, Impair<Layer::ip>, Impair<Layer::dns>, //
                          Set, UseCaptured>;

/// Calls `use(std::type_identity<E>{})` for each type of the list, in order.
template <class Use> void for_each_effect_type(Use use) {
    [&]<class... Types>(std::type_identity<std::variant<Types...>>) {
        (use(std::type_identity<Types>{}), ...);
    }(std::type_identity<Effect>{});
}

std::string_view name(const Effect& effect);
Role role(const Effect& effect);
Where where(const Effect& effect);
/// "delay 3s", "reply 450": for the Journal.
std::string text(const Effect& effect);
/// What goes wrong between a modem and the mail server; nullptr: nothing does.
const Impairment* impairment(const Effect& effect);

/// One effect as YAML writes it: a word, or a map with one key.
const yaml::Shape& effect_shape();
/// nullopt: the shape has refused it, or it is reported.
std::optional<Effect> read_effect(const yaml::Node& node, Reading& reading);
/// README's table: a row for each topic.
std::string effects_markdown();

} // namespace smtpsim::faults
