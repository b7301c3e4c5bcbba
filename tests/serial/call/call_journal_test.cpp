#include "serial/call/modem_system.hpp"

#include "tests/catch.hpp"
#include "tests/profile.hpp"

#include <string>

namespace smtpsim::call {
namespace {

/// A generic modem whose Journal is watched for how calls end, and for faults.
class Watched {
public:
    explicit Watched(std::string_view profile) : profile_(profile_of(profile)) {
        journal_.add(view_);
        modem_system_.on_opened(now_, out_);
        modem_system_.on_lines({true, true, 57600}, now_, out_);
    }

    void type(std::string_view octets) { modem_system_.on_octets(octets, now_, out_); }
    void drop_dtr() { modem_system_.on_lines({false, true, 57600}, now_, out_); }
    void wait(Duration time) {
        const Tick end = now_ + time;
        while (modem_system_.deadline() <= end) {
            now_ = std::max(now_, modem_system_.deadline());
            modem_system_.on_tick(now_, out_);
        }
        now_ = end;
    }
    const std::string& seen() const { return view_.text; }

private:
    struct View : journal::View {
        void show(const journal::Event& event) override {
            if (const auto* const fault = std::get_if<journal::FaultFired>(&event.what))
                text += std::string(fault->effects) + '\n';
            if (const auto* const ended = std::get_if<journal::CallEnded>(&event.what))
                text += std::string(ended->why) + ", " + std::to_string(ended->octets_out) + '\n';
        }
        std::string text;
    };

    profiles::Profile profile_;
    View view_;
    journal::Journal journal_;
    server::Instance run_{profile_, 1, journal_, nullptr};
    ModemSystem modem_system_{run_, *modem::model_named("generic"), modem::model_named};
    Tick now_{std::chrono::hours{1}};
    Actions out_;
};

} // namespace

TEST_CASE("A fault at dial counts the call that is being dialled") {
    Watched modem{"faults: [{at: dial, when: {session: 1}, do: [{result: BUSY}]}]"};
    modem.type("ATDT1\r");
    CHECK(modem.seen() == "result BUSY\nBUSY, 0\n");
}

TEST_CASE("A call that comes to nothing ends with its result code") {
    Watched modem{"modem: {phone-book: {'1': busy, '2': no-answer}}"};
    modem.type("ATDT1\r");
    modem.type("ATDT2\r");
    CHECK(modem.seen() == "BUSY, 0\nNO ANSWER, 0\n");
}

TEST_CASE("Result codes are no octets of the call") {
    Watched modem{"modem: {phone-book: {'*': echo}}"};
    modem.type("ATDT1\r");
    modem.type("abc");
    modem.drop_dtr();
    modem.wait(std::chrono::seconds{1});
    CHECK(modem.seen() == "hung up, 3\n");
}

} // namespace smtpsim::call
