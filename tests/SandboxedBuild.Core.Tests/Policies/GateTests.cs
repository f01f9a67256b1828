using System.Text;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What is decided before a step, and what a refusal tells.</summary>
internal sealed class GateTests
{
    private static readonly CallerEnvironment s_caller = Callers.With(("HOME", "/nowhere/me"));
    private static readonly StepIdentity s_step = new("Docs", "/repo/src/a.csproj") { Command = "npm ci\nnpm test" };

    [TestCase("Docs", "a.csproj")]
    [TestCase("Docs", "src/Site/a.csproj")]
    [TestCase("Quote\"and\\slash", "a b/ü \"x\".csproj")]
    [TestCase("Docs", "..a/.b/c.csproj")]
    [TestCase("Docs", "back\\slash.csproj")]
    [TestCase("Docs", "a+b&<c>.csproj")]
    [TestCase("Docs", "a[1]?{2}.csproj")]
    public void The_rule_to_add_admits_the_step_and_no_other(string target, string file)
    {
        var step = new StepIdentity(target, "/repo/" + file);
        var suggestion = Suggestion.For(step, StepAccess.None, new("/repo/sandbox.json", []), null)!;
        var added = PolicyReader.Read("/repo/sandbox.json", Encoding.UTF8.GetBytes($"{{ \"allow\": [ {suggestion.Rule} ] }}"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new Policy(added).AdmissionOf(step), Is.Not.Null, suggestion.Rule);
            Assert.That(new Policy(added).AdmissionOf(step with { IsPackaged = true }), Is.Not.Null, suggestion.Rule);
            Assert.That(new Policy(added).AdmissionOf(step with { Target = target + "x" }), Is.Null);
            Assert.That(new Policy(added).AdmissionOf(step with { File = "/repo/withXXstar.csproj" }), Is.Null);
            Assert.That(new Policy(added).AdmissionOf(step with { File = "/repo/other/" + file }), Is.Null);
        }
    }

    [Test]
    public void The_refusal_names_target_and_file_and_command_and_rule_and_what_to_type()
    {
        var refusal = Refusal.Of(() => Admit(StepAccess.None));
        Assert.That((refusal.Code, refusal.Message), Is.EqualTo(("SBX2001", """
            the step of target Docs (/repo/src/a.csproj) with the command "npm ci …" is not allowed to run: no rule admits it. If you trust it, add this to "allow" in /repo/sandbox.json: { "target": "Docs", "project": "src/a.csproj" } – or let this command do it: dotnet sandbox allow --target Docs --project src/a.csproj --file /repo/sandbox.json – or build with -p:SandboxConfirm=Approve to let every step run.
            """)));
    }

    [Test]
    public void The_rule_to_add_grants_what_the_step_asks_for()
    {
        var asked = new StepAccess(NetworkAccess.Host, [new("/nowhere/me/.npm", MountAccess.ReadWrite), new("/repo/x", MountAccess.ReadWrite), new("/opt/it's", MountAccess.ReadOnly), new("/repo/in", MountAccess.ReadOnly)], ["NPM_TOKEN", "LANG"]);
        var refusal = Refusal.Of(() => Admit(asked));
        Assert.That(refusal.Message, Does.Contain(
            """{ "target": "Docs", "project": "src/a.csproj", "network": "Host", "paths": [ { "path": "~/.npm", "access": "ReadWrite" }, { "path": "x", "access": "ReadWrite" }, { "path": "/opt/it's", "access": "ReadOnly" } ], "environment": [ "NPM_TOKEN" ] }"""));
        Assert.That(refusal.Message, Does.Contain(
            """--network Host --path /nowhere/me/.npm:ReadWrite --path /repo/x:ReadWrite --path '/opt/it'\''s:ReadOnly' --env NPM_TOKEN --file /repo/sandbox.json"""));
    }

    [Test]
    public void A_command_that_is_not_to_be_shown_is_not() =>
        Assert.That(Refusal.Of(() => Admit(StepAccess.None, step: s_step with { HidesCommand = true })).Message, Does.Not.Contain("npm"));

    [Test]
    public void For_a_file_outside_of_the_policys_directory_the_users_own_rule_is_offered()
    {
        var message = Refusal.Of(() => Admit(StepAccess.None, step: new("Docs", "/nowhere/me/.nuget/packages/p/p.targets"))).Message;
        Assert.That(message, Does.Contain("""in /nowhere/me/.config/sandboxed-build/policy.json: { "target": "Docs", "project": "~/.nuget/packages/p/p.targets" }"""));
        Assert.That(message, Does.Contain("dotnet sandbox allow --target Docs --project '~/.nuget/packages/p/p.targets' --user"));
    }

    [TestCase("npm ci", """{ "command": "npm ci" }""", "-- npm ci")]
    [TestCase("cd web && npm run 'a b' | tee log.txt", """{ "command": "npm run 'a b'" }""", "-- npm run 'a b'")]
    [TestCase("npm ci; make", null, null)]
    [TestCase("npm $WHAT", null, null)]
    [TestCase("$(npm ci)", null, null)]
    [TestCase("CI=1 npm ci", null, null)]
    [TestCase("sh /nowhere/me/.nuget/packages/p/setup.sh", null, null)]
    public void For_a_file_of_others_a_rule_for_the_command_is_offered(string command, string? rule, string? typed)
    {
        var message = Refusal.Of(() => Admit(StepAccess.None, step: new("Docs", "/nowhere/me/.nuget/packages/p/p.targets") { Command = command, Roots = ["/repo"] })).Message;
        Assert.That(message, rule is null ? Does.Not.Contain("\"command\"") : Does.Contain($"to \"allow\" in /repo/sandbox.json: {rule} – or let this command do it: dotnet sandbox allow --file /repo/sandbox.json {typed} – or"));
    }

    [TestCase("make $(cat targets)", "(none for its command can: command substitution at line 1, column 6)")]
    [TestCase("make all", null)]
    public void Where_no_rule_for_the_command_can_admit_it_that_is_said(string command, string? says) =>
        Assert.That(Refusal.Of(() => Admit(StepAccess.None, step: s_step with { Command = command })).Message, says is null ? Does.Not.Contain("none for its command") : Does.Contain("no rule admits it " + says + ". If you trust it"));

    [Test]
    public void For_no_file_at_all_no_rule_is_offered() =>
        Assert.That(Refusal.Of(() => Admit(StepAccess.None, step: new("Docs", string.Empty))).Message, Does.Contain("SandboxConfirm=Approve").And.Not.Contain("{ \"target\""));

    [Test]
    public void Who_asks_for_more_than_the_rule_grants_is_told_what_the_rule_would_have_to_say()
    {
        var asked = new StepAccess(NetworkAccess.Host, [new("~/.npm", MountAccess.ReadWrite), new("/opt/x", MountAccess.ReadOnly)], ["NPM_TOKEN", "OTHER"]);
        var refusal = Refusal.Of(() => Admit(asked, "\n { \"target\": \"Docs\", \"paths\": [ { \"path\": \"~/.npm\", \"access\": \"ReadOnly\" }, { \"path\": \"/opt/x\", \"access\": \"ReadOnly\" } ], \"environment\": [ \"OTHER\" ] }"));
        Assert.That((refusal.Code, refusal.File, refusal.Line, refusal.Column), Is.EqualTo(("SBX2012", "/repo/sandbox.json", 2, 2)));
        Assert.That(refusal.Message, Does.Contain("asks for more than it is granted: the network Host, ReadWrite of ~/.npm, the variable NPM_TOKEN. "));
        Assert.That(refusal.Message, Does.Contain(
            """let the rule in /repo/sandbox.json(2) say: "network": "Host", "paths": [ { "path": "/opt/x", "access": "ReadOnly" }, { "path": "~/.npm", "access": "ReadWrite" } ], "environment": [ "OTHER", "NPM_TOKEN" ] – or"""));
    }

    [Test]
    public void What_it_is_told_is_enough()
    {
        var asked = new StepAccess(NetworkAccess.Host, [new("~/.npm", MountAccess.ReadWrite)], ["NPM_TOKEN"]);
        var message = Refusal.Of(() => Admit(asked, """{ "target": "Docs" }""")).Message;
        var members = message[(message.IndexOf("say: ", StringComparison.Ordinal) + 5)..message.IndexOf(" – or", StringComparison.Ordinal)];
        Assert.That(Admit(asked, $"{{ \"target\": \"Docs\", {members} }}").Access, Is.EqualTo(asked).Using<StepAccess>(static (one, other) => one.Network == other.Network && one.Environment.SequenceEqual(other.Environment, StringComparer.Ordinal)));
    }

    [Test]
    public void Where_everything_is_approved_the_project_has_its_way()
    {
        var asked = new StepAccess(NetworkAccess.Host, [], ["NPM_TOKEN"]);
        var (admission, access) = Admit(asked, decision: GateDecision.Approve);
        Assert.That((admission.Reason, admission.Grants, access.Network), Is.EqualTo((AdmissionReason.Approval, Grants.None, NetworkAccess.Host)));
        Assert.That(Admit(asked, """{ "target": "Docs", "environment": [ "MORE" ] }""", GateDecision.Approve).Access.Environment, Is.EqualTo(new[] { "NPM_TOKEN", "MORE" }));
    }

    [TestCase(GateDecision.Deny)]
    [TestCase(GateDecision.Hold)]
    [TestCase(GateDecision.Approve)]
    public void Of_limits_the_strictest_counts_whatever_lets_the_step_run(GateDecision decision)
    {
        var asked = StepAccess.None with { Limits = new(Memory: 100, Disk: 300), Network = decision == GateDecision.Deny ? NetworkAccess.None : NetworkAccess.Host };
        var limits = Admit(asked, """{ "target": "Docs", "limits": { "memory": "200", "disk": "200", "time": "10s" } }""", decision).Access.Limits;
        Assert.That(limits, Is.EqualTo(new StepLimits(Memory: 100, Disk: 200, Time: TimeSpan.FromSeconds(10))));
    }

    [Test]
    public void The_log_says_which_rule_it_was() =>
        Assert.That(Admit(StepAccess.None, """{ "target": "Docs" }""").Admission.Describe("Docs"), Is.EqualTo("The step of target Docs is allowed by the rule for \"Docs\" in /repo/sandbox.json(1,14)."));

    private static (Admission Admission, StepAccess Access) Admit(StepAccess asked, string rules = "", GateDecision decision = GateDecision.Deny, StepIdentity? step = null)
    {
        var policy = new Policy(PolicyReader.Read("/repo/sandbox.json", Encoding.UTF8.GetBytes($"{{ \"allow\": [{(rules.Length > 0 && rules[0] != '\n' ? " " : string.Empty)}{rules} ] }}")));
        return Gate.Admit(policy, step ?? s_step, asked, decision, new(["/repo"], s_caller.Home, static _ => false), s_caller);
    }
}
