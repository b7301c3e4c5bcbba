// Every dial-up entry of the catalogue really happens: its faults fire, and a caller sees something
// else than where nothing is wrong.
#include "tests/serial/call/desk.hpp"

#include "profiles/build/catalogue.hpp"
#include "serial/internet/ip.hpp"
#include "sim/server/conversation.hpp"

using namespace smtpsim;
using namespace smtpsim::call;

namespace {

constexpr Duration patience = 3min;

/// What a caller does more than others, for an entry that needs it.
struct Habits {
    std::string_view entry;
    std::string_view init = "AT&D2"; // its last line
    std::string_view number = "5551234";
    bool callback = false, echoes = false, insists_on_chap = false;
};
constexpr std::array habits_table{
    Habits{"dialup/number-too-long", "AT&D2", "555123455512345551234555123455512345"},
    Habits{"dialup/init-too-long", "AT&F&C1&D2E1V1S0=0S2=43S3=13S4=10S5=8S7=60S10=14"},
    Habits{"dialup/callback-never-comes", "AT&D2", "5551234", true},
    Habits{"dialup/no-echo-reply", "AT&D2", "5551234", false, true},
    Habits{"dialup/pap-only", "AT&D2", "5551234", false, false, true},
};

/// Its fault fires, and this caller sees no difference: a ppp::Link in client role does not ask for
/// Van Jacobson compression.
constexpr std::string_view unseen = "dialup/vj-broken";

/// A mail server after the provider's network.
class NetMail {
public:
    explicit NetMail(Desk& desk) : desk_(desk), conversation_(desk.run, {"net", "net", "net"}) {
        conversation_.on_connect(desk.now, does_);
        settle();
    }
    void say(std::string_view octets) {
        while (!octets.empty() && !over()) {
            const std::size_t size = std::min(conversation_.wants_bytes(), octets.size());
            if (size == 0 && !wait()) return;
            if (size == 0) continue;
            conversation_.on_bytes(octets.substr(0, size), desk_.now, does_);
            octets.remove_prefix(size);
            settle();
        }
    }

private:
    bool over() const { return conversation_.ended() || !desk_.modem_system.look().lines.dcd; }
    bool wait() {
        if (over() || conversation_.deadline() > desk_.now + patience) return false;
        desk_.wait(conversation_.deadline() - desk_.now);
        conversation_.on_tick(desk_.now, does_);
        return true;
    }
    void settle() {
        do {
            server::Actions did;
            std::swap(did, does_);
            for (const faults::Impairment& impairment : did.impairments) desk_.apply(impairment);
            if (did.ending == server::Ending::hang_up) desk_.cut();
        } while (wait());
        desk_.wait(10s);
        if (!desk_.modem_system.look().lines.dcd && !conversation_.ended())
            conversation_.on_lost(desk_.now);
    }

    Desk& desk_;
    server::Conversation conversation_;
    server::Actions does_;
};

std::vector<std::string> mail(const profiles::CatalogueEntry& entry) {
    std::string content = "Subject: pluses\r\n\r\n";
    while (content.size() < 9000) content += "three of them: +++ and \xe9 and lines\r\n";
    std::vector<std::string> out{"EHLO pc.test\r\n"};
    for (const std::string& command : entry.client) out.push_back(command + "\r\n");
    out.insert(out.end(),
               {"MAIL FROM:<jdoe@somewhere.com>\r\n", "RCPT TO:<janed@elsewhere.com>\r\n",
                "DATA\r\n", content + ".\r\n", "QUIT\r\n"});
    return out;
}

void say_syn(Desk& desk) {
    desk.send_packet(internet::tcp_packet({.source = desk.link->address(),
                                           .destination = desk.site->services.at(0).address,
                                           .source_port = 1024,
                                           .destination_port = 25,
                                           .flags = internet::control::syn}));
}

void use_network(Desk& desk, const profiles::CatalogueEntry& entry, const Habits& habits,
                 const std::string& typed) {
    if (!typed.empty()) {
        desk.type("jdoe\r");
        desk.wait(1s);
        desk.type("secret\r");
        desk.wait(1s);
    }
    ppp::Settings client;
    client.user = "jdoe";
    client.password = "secret";
    client.callback = habits.callback;
    if (habits.echoes) client.echo_interval = 10s;
    if (habits.insists_on_chap) client.auth = {ppp::Auth::chap_md5};
    desk.start_ppp(client);
    desk.wait(patience);
    if (desk.link->up() && desk.site) {
        for (int query = 0; query < 2; ++query) {
            const auto act = desk.query("mail.isp.test");
            desk.traced += act ? row(*act).name : "answered";
        }
        say_syn(desk);
        desk.wait(10s);
        if (desk.lines.dcd) {
            NetMail server(desk);
            for (const std::string& line : mail(entry)) server.say(line);
            for (int packet = 0; packet < 20; ++packet) say_syn(desk);
        }
        desk.traced += std::to_string(desk.link->dns1());
    }
    desk.wait(patience);
    desk.traced += desk.link->up() ? "up" : "down";
    desk.stop_ppp();
}

/// Two calls: init strings, the call itself, what there is to do in it, and its end: by +++ and
/// ATH, then by DTR.
void play(Desk& desk, const profiles::CatalogueEntry& entry, const Habits& habits) {
    for (int call = 0; call < 2; ++call) {
        for (const std::string& line :
             {std::string("ATZ"), std::string("AT+FCLASS=0"), std::string(habits.init)}) {
            desk.type(line + '\r');
            desk.wait(patience);
        }
        desk.type("ATDT" + std::string(habits.number) + '\r');
        desk.wait(entry.call == profiles::Answer::smtp ? patience : Duration{1s});
        if (desk.modem_system.look().lines.dcd || desk.modem_system.look().down_bps > 0) {
            if (entry.call == profiles::Answer::smtp)
                for (const std::string& line : mail(entry)) {
                    if (call == 1 && line.starts_with("QUIT")) break;
                    desk.type(line);
                    desk.wait(patience);
                }
            else
                use_network(desk, entry, habits,
                            entry.call == profiles::Answer::login ? "typed" : "");
        }
        if (call == 0) {
            desk.escape();
            desk.type("ATH\r");
            desk.wait(patience);
        }
        desk.rts(false);
        desk.type("NOOP\r\n");
        desk.wait(1s);
        desk.rts(true);
        desk.wait(patience);
        desk.dtr(false);
        desk.wait(patience);
        desk.dtr(true);
    }
    for (const std::string& content : desk.store.contents) desk.traced += content;
}

} // namespace

TEST_CASE("every dial-up entry of the catalogue fires and is seen", "[call][catalogue]") {
    std::size_t entries = 0;
    for (const profiles::CatalogueEntry& entry : profiles::catalogue()) {
        if (!entry.of_a_modem()) continue;
        ++entries;
        INFO(entry.id);
        const auto found = std::ranges::find(habits_table, entry.id, &Habits::entry);
        const Habits habits = found == habits_table.end() ? Habits{} : *found;
        profiles::Profile profile = built_in(entry.profile);
        profile.modem.phone_book = {{*Pattern::parse("*"), {profiles::Call{entry.call}}}};
        Desk healthy(profile);
        play(healthy, entry, habits);
        profile.faults = profiles::entry_faults(entry);
        Desk desk(profile);
        play(desk, entry, habits);
        for (const auto& total : desk.run.engine().totals()) {
            INFO(total.fault);
            CHECK(total.fires > 0);
        }
        CHECK((desk.traced == healthy.traced) == (entry.id == unseen));
    }
    CHECK(entries > 120);
}

TEST_CASE("modem-silent-later meets a client of one command with its next call",
          "[call][catalogue]") {
    profiles::Profile profile = profile_of("");
    profile.faults =
        profiles::entry_faults(*profiles::catalogue_entry("dialup/modem-silent-later"));
    Desk desk(profile);
    CHECK(desk.ask("ATZ") == ok);
    CHECK(desk.ask("ATDT1").find("CONNECT") != std::string::npos);
    desk.type("QUIT\r\n");
    desk.wait(2s);
    CHECK(desk.ask("ATZ").empty());
}
