// The verdict on a client that met a documented failure: what it said against what the server
// kept, what it did on the wire, and how long it took.
#pragma once

#include "audit/scenario/mail_outcomes.hpp"
#include "audit/scenario/server_observations.hpp"
#include "audit/scenario/verdict.hpp"
#include "profiles/build/catalogue.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smtpsim::scenario {

/// How the client's process went.
struct Attempt {
    Outcomes said; // empty: it did not end by itself
    bool crashed = false, stopped = false;
    std::string ending; // "exit code 75", "signal 11", "stopped after 15s"
    Duration took{};
};

struct Judgement {
    Verdict verdict = Verdict::correct;
    std::vector<Complaint> complaints; // none: correct
};

/// `given`: the mail that it had to deliver.
Judgement judge(const profiles::Expectation& expected, const Attempt& attempt,
                const ServerObservations& seen, const Mail& given);

/// A finding of this name shows mail or a password to a server that it should not trust.
bool is_about_trust(std::string_view finding);

/// True: `name` is among the findings or the behaviour.
bool did(const ServerObservations& seen, std::string_view name);

} // namespace smtpsim::scenario
