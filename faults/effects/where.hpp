// The stages at which an effect makes sense. One that stands elsewhere is refused when the profile
// is loaded.
#pragma once

#include "faults/plan/fault_stage.hpp"

#include <bitset>
#include <initializer_list>
#include <string_view>

namespace smtpsim::faults {

using Stages = std::bitset<stage_count>;

struct Where {
    Stages stages;
    std::string_view only{};   // how a refusal names them; empty: too many to name
    std::string_view at_tls{}; // why not at the handshake; empty: as elsewhere
};

constexpr Stages stages_of(std::initializer_list<Stage> list) {
    unsigned long long bits = 0;
    for (const Stage stage : list) bits |= 1ULL << static_cast<unsigned>(stage);
    return Stages{bits};
}

template <class Holds> constexpr Stages stages_that(Holds holds) {
    unsigned long long bits = 0;
    for (const StageRow& row : stage_table)
        if (holds(row.stage)) bits |= 1ULL << static_cast<unsigned>(row.stage);
    return Stages{bits};
}

inline constexpr Where everywhere{stages_that([](Stage) { return true; })};
/// Where octets go to and fro: not within PPP, whose packets `ppp:`, `ip:` and `dns:` spoil.
inline constexpr Where where_octets_flow{
    stages_that([](Stage stage) { return stage <= Stage::lcp; })};
/// The same, where a reply is due.
inline constexpr Where where_answered{
    stages_that([](Stage stage) { return stage <= Stage::lcp && stage != Stage::content; })};
/// In a session of mail.
inline constexpr Where in_mail{stages_that([](Stage stage) { return !is_dialup(stage); })};
/// The same, where a reply is due.
inline constexpr Where where_mail_is_answered{
    stages_that([](Stage stage) { return !is_dialup(stage) && stage != Stage::content; })};
inline constexpr Where at_ehlo{stages_of({Stage::ehlo, Stage::helo}), "ehlo"};
inline constexpr Where at_message{stages_of({Stage::message}), "message"};
inline constexpr Where at_tls{stages_of({Stage::tls}), "tls"};
inline constexpr Where within_tls{stages_that([](Stage stage) {
                                      return !is_dialup(stage) && stage != Stage::content &&
                                             stage != Stage::tls;
                                  }),
                                  "", "is for later: TLS is yet to come"};
inline constexpr Where at_result{
    stages_of({Stage::init, Stage::dial, Stage::carrier, Stage::hangup}),
    "init, dial, carrier and hangup"};

} // namespace smtpsim::faults
