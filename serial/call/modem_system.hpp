// A modem on its line, whole: modem, circuits, telephone network, who answers, faults and Journal
// joined. Octets, circuits and ticks in, actions out; the owner of the port performs them. No port,
// no clock.
#pragma once

#include "core/latest_tick.hpp"
#include "faults/engine.hpp"
#include "serial/call/output_queue.hpp"
#include "serial/call/remote_end.hpp"
#include "serial/modem/modem.hpp"
#include "sim/line/circuits.hpp"
#include "sim/line/line.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpsim::call {

struct Actions {
    std::string octets;                    // to the terminal
    std::optional<line::ModemLines> lines; // where the terminal sees them change
    line::LineErrors errors;               // of the octets
    bool hang_up = false;                  // DCD has fallen: what a port without it does then
    bool unplug = false, plug = false;     // the port goes, comes back
    std::optional<internet::Site> network; // a call has its address: its network begins
    std::vector<faults::Impairment> network_impairments; // of that network
    std::vector<std::string> packets;                    // IP, from the caller to that network
    bool network_over = false; // the call has ended, and its network with it

    void clear();
    bool empty() const;
};

/// A modem by its name; nullptr: there is none. What it gives lives as long as the ModemSystem.
using FindModel = std::function<const modem::ModemModel*(std::string_view name)>;

struct Options {
    /// How long the telephone network takes for what it does: 1/1 as long as a real one, 0/1 no
    /// time at all, and its speeds are without limit.
    Ratio pace{0, 1};
};

class ModemSystem final : private OutputOwner {
public:
    /// `instance` and `model` outlive it.
    ModemSystem(server::Instance& instance, const modem::ModemModel& model, FindModel find,
                Options options = {});
    ModemSystem(const ModemSystem&) = delete;
    ModemSystem& operator=(const ModemSystem&) = delete;

    // The terminal's port.
    void on_octets(std::string_view octets, Tick now, Actions& out);
    void on_lines(const line::TerminalLines& lines, Tick now, Actions& out);
    void on_opened(Tick now, Actions& out);
    void on_closed(Tick now, Actions& out);
    /// So many octets may come now; the rest is left for the terminal to feel.
    std::size_t wants_octets() const;
    /// The port takes no more octets, or does again.
    void on_blocked(bool blocked, Tick now, Actions& out);

    // The provider's network.
    void on_packet(std::string_view ip, Tick now, Actions& out);
    /// Before the name server answers: what goes wrong with this query.
    std::optional<faults::Act> on_query(std::string_view name, Tick now, Actions& out);
    void on_looked_up(std::string_view name, std::string_view answer, Tick now);

    // What a mail session within the call does to the line below it.
    void apply(const faults::Impairment& impairment, Tick now, Actions& out);
    void cut(Tick now, Actions& out);

    void on_tick(Tick now, Actions& out);
    /// Ask again after every call. Tick::max(): none.
    Tick deadline() const;

    /// For a view of the modem.
    struct Look {
        modem::State state;
        bool off_hook, auto_answer;
        line::ModemLines lines;
        line::TerminalLines terminal;
        std::uint64_t call; // the number of the last; 0: none yet
        std::uint64_t calls_ended;
        std::string_view number;             // that was dialled last
        std::uint64_t down_bps;              // of the carrier; 0: none
        std::uint64_t octets_in, octets_out; // of this call: from the terminal, to it
    };
    Look look() const;

private:
    /// From the dialling to the end.
    struct Call {
        std::uint64_t number = 0;
        std::string dialled;
        profiles::Call entry;
        std::string user; // who has logged in
        modem::Dial dial;
        Tick began{};
        Tick set_up_at = Tick::max(); // its outcome is known
        std::optional<modem::Outcome> outcome;
        modem::Carrier carrier;
        std::optional<line::Line> line; // once the remote end is there
        std::unique_ptr<RemoteEnd> far;
        std::string backlog; // from the remote end, for the line
        std::string said;    // the result code that a fault put in the place of the healthy one
        std::string why;     // the result code that ends it; empty: none does
        bool proceeded = false;
        bool unanswered = false; // S7 ends before that is known
        bool closing = false;    // the remote end has said its last
        bool over = false;       // the remote end is gone
        std::uint64_t octets_in = 0, octets_out = 0;
    };
    class Words; // faults::ResultCodes

    // OutputOwner
    void say(std::string_view octets, std::optional<faults::Stage> result_of, Tick now) override;
    void perform(const faults::Impairment& impairment, Tick now) override;
    void proceed(faults::Stage stage, Tick now) override;
    void hang_up(Tick now) override;
    void done(faults::Stage stage, Tick now) override;

    template <class Do> void enter(Tick now, Actions& out, Do what);
    void drive(Tick now);
    void settle_lines(Tick now);

    // The modem.
    void take(Tick now);
    void result(const modem::Mark& mark, std::string_view octets, bool hangs_up, Tick now);
    bool ask(faults::Stage stage, std::string_view line, std::string_view due, Tick now,
             faults::Plan& plan);
    void become_another(faults::Plan& plan, std::string_view line, std::string_view due, Tick now);
    void act(faults::Stage stage, std::string_view line, std::string_view due, Tick now);
    void journal_result(faults::Stage stage, std::string_view octets, Tick now);

    // The telephone network: calls.cpp
    void dial(const modem::Dial& dial, Tick now);
    void set_up(Tick now);
    void connect(Tick now);
    void begin(Tick now);
    void end_call(std::string_view why, Tick now);
    void lose_far(Tick now);
    void drop_carrier(Tick now);
    void retrain(Tick now);
    void ring(Tick now);
    void stop_ringing();
    profiles::Call who_answers(std::string_view number);
    modem::Carrier agreed() const;
    Duration paced(Duration time) const;
    std::uint64_t paced_speed(std::uint64_t bps) const;

    void send_up(std::string_view octets, Tick now);
    void pump(Tick now);
    void take_delivery(Tick now);
    void take_far(Tick now);
    bool is_full() const;
    std::unique_ptr<RemoteEnd> remote_end();

    // Impairments: call_impairments.cpp
    void apply_to_modem(const faults::Impairment& impairment, Tick now);
    void apply_to_line(const faults::Impairment& impairment, Tick now);
    void keep_for_later(const faults::Impairment& impairment);
    void forget_impairments();
    void forget_circuits(Tick now);

    server::Instance& instance_;
    FindModel find_;
    const Options options_;
    modem::Modem modem_;
    line::Circuits circuits_;
    OutputQueue output_queue_;
    faults::SessionCounters counters_;

    modem::Actions does_; // scratch
    line::Delivery came_;
    RemoteActions far_;
    Actions* out_ = nullptr; // of the call under way
    LatestTick latest_;

    line::TerminalLines terminal_;
    line::ModemLines shown_; // to the terminal
    std::string held_;       // for a terminal that has stopped us
    bool open_ = false, blocked_ = false, circuits_are_old_ = false;

    std::unique_ptr<Call> call_;
    std::vector<std::unique_ptr<Call>>
        ended_; // within the event under way: their remote ends may be at work
    std::uint64_t last_call_ = 0, calls_ended_ = 0;
    std::map<std::size_t, std::uint64_t> called_; // by line of the phone book
    std::string last_number_;
    std::vector<faults::Impairment> later_; // for the call that is to come

    static constexpr std::uint64_t rings_max = 100;
    std::uint64_t rings_ = 0; // still to come
    bool ringing_ = false;
    Tick ring_at_ = Tick::max(), silent_until_ = Tick::max(), plug_at_ = Tick::max();
};

} // namespace smtpsim::call
