// The stages at which an effect makes sense. One that stands elsewhere is refused when the profile
// is loaded.
#pragma once

#include "smtp/stage.hpp"

#include <bitset>
#include <initializer_list>
#include <string_view>

namespace smtpsim::faults {

using Stages = std::bitset<smtp::stage_count>;

struct Where {
    Stages stages;
    std::string_view only{};   // how a refusal names them; empty: too many to name
    std::string_view at_tls{}; // why not at the handshake; empty: as elsewhere
};

constexpr Stages stages_of(std::initializer_list<smtp::Stage> list) {
    unsigned long long bits = 0;
    for (const smtp::Stage stage : list) bits |= 1ULL << static_cast<unsigned>(stage);
    return Stages{bits};
}

template <class Holds> constexpr Stages stages_that(Holds holds) {
    unsigned long long bits = 0;
    for (const smtp::StageRow& row : smtp::stage_table)
        if (holds(row.stage)) bits |= 1ULL << static_cast<unsigned>(row.stage);
    return Stages{bits};
}

inline constexpr Where everywhere{stages_that([](smtp::Stage) { return true; })};
/// Where octets go to and fro: not within PPP, whose packets `ppp:`, `ip:` and `dns:` spoil.
inline constexpr Where where_octets_flow{
    stages_that([](smtp::Stage stage) { return stage <= smtp::Stage::lcp; })};
/// The same, where a reply is due.
inline constexpr Where where_answered{stages_that(
    [](smtp::Stage stage) { return stage <= smtp::Stage::lcp && stage != smtp::Stage::content; })};
/// In a session of mail.
inline constexpr Where in_mail{
    stages_that([](smtp::Stage stage) { return !smtp::is_dialup(stage); })};
/// The same, where a reply is due.
inline constexpr Where where_mail_is_answered{stages_that(
    [](smtp::Stage stage) { return !smtp::is_dialup(stage) && stage != smtp::Stage::content; })};
inline constexpr Where at_ehlo{stages_of({smtp::Stage::ehlo, smtp::Stage::helo}), "ehlo"};
inline constexpr Where at_message{stages_of({smtp::Stage::message}), "message"};
inline constexpr Where at_tls{stages_of({smtp::Stage::tls}), "tls"};
inline constexpr Where within_tls{stages_that([](smtp::Stage stage) {
                                      return !smtp::is_dialup(stage) &&
                                             stage != smtp::Stage::content &&
                                             stage != smtp::Stage::tls;
                                  }),
                                  "", "is for later: TLS is yet to come"};
inline constexpr Where at_result{
    stages_of({smtp::Stage::init, smtp::Stage::dial, smtp::Stage::carrier, smtp::Stage::hangup}),
    "init, dial, carrier and hangup"};

} // namespace smtpsim::faults
