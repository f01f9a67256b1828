using System.Text;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>What rules may grant, how it is written, and where the mistakes are.</summary>
internal sealed class GrantReaderTests
{
    [Test]
    public void A_rule_grants_network_paths_variables_limits_and_protected_paths()
    {
        var rule = Read("""
            { "allow": [ { "command": "npm ci", "project": "web/*.csproj",
                "network": "Host",
                "paths": [ { "path": "~/.npm", "access": "ReadWrite" }, { "path": "../tools/", "access": "ReadOnly" }, { "path": "/opt/x/../y", "access": "Hidden" }, { "access": "Temporary", "path": "web/tmp" } ],
                "environment": [ "NPM_TOKEN", "NPM_CONFIG_*" ],
                "limits": { "memory": "2G", "cpu": 1.5, "processes": 100, "disk": "512M", "fileSize": "1G", "openFiles": 1024, "time": "10m" },
                "protected": [ "**/package.json", ".config/dotnet-tools.json" ] } ] }
            """).Allow.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((rule.Target, rule.Project, rule.Command, rule.Line, rule.Column), Is.EqualTo(((string?)null, "web/*.csproj", "npm ci", 1, 14)));
            Assert.That(rule.Grants.Network, Is.EqualTo(NetworkAccess.Host));
            Assert.That(string.Join(' ', rule.Grants.Paths.Select(static path => $"{path.Path}:{path.Access}")), Is.EqualTo("~/.npm:ReadWrite /tools:ReadOnly /opt/y:Hidden /there/web/tmp:Temporary"));
            Assert.That(rule.Grants.Environment, Is.EqualTo(new[] { "NPM_TOKEN", "NPM_CONFIG_*" }));
            Assert.That(rule.Grants.Limits, Is.EqualTo(new StepLimits(2L << 30, 1.5m, 100, 512L << 20, TimeSpan.FromMinutes(10), 1L << 30, 1024)));
            Assert.That(rule.Grants.Protected, Is.EqualTo(new PathGlob[] { new("/there", "**/package.json"), new("/there", ".config/dotnet-tools.json") }));
        }
    }

    [Test]
    public void A_policy_protects_paths_and_may_leave_the_built_in_list()
    {
        var policy = Read("""{ "protect": [ "deploy/**", "secrets.json" ], "builtin": false }""");
        Assert.That((policy.BuiltIn, string.Join(' ', policy.Protect.Select(static glob => glob.Pattern))), Is.EqualTo((false, "deploy/** secrets.json")));
        Assert.That(Read("{}").BuiltIn, Is.True);
        Assert.That(policy.Protect[0].Matches("/there/deploy/a/b"), Is.True);
        Assert.That(policy.Protect[0].Matches("/elsewhere/deploy/a"), Is.False);
    }

    [TestCase("1", 1)]
    [TestCase("1K", 1024)]
    [TestCase("8T", 8L << 40)]
    [TestCase("0", null)]
    [TestCase("-1G", null)]
    [TestCase("1.5G", null)]
    [TestCase("2g", null)]
    [TestCase("2 G", null)]
    [TestCase("2GB", null)]
    [TestCase("G", null)]
    [TestCase("9223372036854775807", long.MaxValue)]
    [TestCase("9223372036854775807K", null)]
    [TestCase("99999999999999999999", null)]
    public void Sizes(string text, long? bytes) => Assert.That(Quantity.Size(text), Is.EqualTo(bytes));

    [TestCase("1s", 1)]
    [TestCase("10m", 600)]
    [TestCase("2h", 7200)]
    [TestCase("10", null)]
    [TestCase("0s", null)]
    [TestCase("1d", null)]
    [TestCase("h", null)]
    [TestCase("1h30m", null)]
    [TestCase("2147483647h", null)]
    public void Times(string text, int? seconds) => Assert.That(Quantity.Time(text)?.TotalSeconds, Is.EqualTo(seconds));

    // The line is the second one; what is looked for is where the column must point.
    [TestCase("""{ }""", "}", "neither a \"target\" nor a \"command\"")]
    [TestCase("""{ "target": "A", "networks": "Host" }""", "\"networks\"", "known are \"target\", \"project\", \"command\", \"network\"")]
    [TestCase("""{ "target": "A", "network": "host" }""", "\"host\"", "valid are None, Host")]
    [TestCase("""{ "target": "A", "network": true }""", "true", "must be text")]
    [TestCase("""{ "command": " " }""", "\" \"", "unexpected end")]
    [TestCase("""{ "command": 1 }""", "1", "must be text")]
    [TestCase("""{ "target": "A", "paths": {} }""", "{}", "must be a list")]
    [TestCase("""{ "target": "A", "paths": [ "x" ] }""", "\"x\"", "must be an object")]
    [TestCase("""{ "target": "A", "paths": [ { "path": "x" } ] }""", "} ]", "names no \"access\": ReadOnly, ReadWrite, Hidden, Temporary")]
    [TestCase("""{ "target": "A", "paths": [ { "access": "Hidden" } ] }""", "} ]", "names no \"path\"")]
    [TestCase("""{ "target": "A", "paths": [ { "path": "x", "access": "Write" } ] }""", "\"Write\"", "valid are ReadOnly, ReadWrite")]
    [TestCase("""{ "target": "A", "paths": [ { "path": "", "access": "Hidden" } ] }""", "\"\"", "is empty")]
    [TestCase("""{ "target": "A", "paths": [ { "path": "~/../x", "access": "Hidden" } ] }""", "\"~/../x\"", "out of the home directory")]
    [TestCase("""{ "target": "A", "paths": [ { "path": "x", "access": "Hidden" }, { "path": "./x/", "access": "ReadOnly" } ] }""", """{ "path": "./x/""", "as Hidden and as ReadOnly")]
    [TestCase("""{ "target": "A", "paths": [ { "path": "x", "access": "Hidden" }, { "path": "x", "access": "Hidden" } ] }""", """{ "path": "x", "access": "Hidden" } ]""", "stands twice")]
    [TestCase("""{ "target": "A", "environment": "X" }""", "\"X\"", "must be a list")]
    [TestCase("""{ "target": "A", "environment": [ 1 ] }""", "1 ]", "must be text")]
    [TestCase("""{ "target": "A", "environment": [ "A=b" ] }""", "\"A=b\"", "the value is the caller's")]
    [TestCase("""{ "target": "A", "environment": [ "A*B" ] }""", "\"A*B\"", "not at its end")]
    [TestCase("""{ "target": "A", "environment": [ "X", "X" ] }""", "\"X\" ]", "stands twice")]
    [TestCase("""{ "target": "A", "limits": { "memory": "lots" } }""", "\"lots\"", "512M")]
    [TestCase("""{ "target": "A", "limits": { "memory": 5 } }""", "5", "must be text")]
    [TestCase("""{ "target": "A", "limits": { "cpu": "2" } }""", "\"2\"", "a number of processors")]
    [TestCase("""{ "target": "A", "limits": { "cpu": 0 } }""", "0", "a number of processors")]
    [TestCase("""{ "target": "A", "limits": { "processes": 1.5 } }""", "1.5", "a whole number from 1")]
    [TestCase("""{ "target": "A", "limits": { "processes": 0 } }""", "0", "a whole number from 1")]
    [TestCase("""{ "target": "A", "limits": { "fileSize": "big" } }""", "\"big\"", "512M")]
    [TestCase("""{ "target": "A", "limits": { "openFiles": 15 } }""", "15", "a whole number from 16")]
    [TestCase("""{ "target": "A", "limits": { "time": "soon" } }""", "\"soon\"", "90s")]
    [TestCase("""{ "target": "A", "limits": { "rams": "1G" } }""", "\"rams\"", "known are \"memory\", \"cpu\"")]
    [TestCase("""{ "target": "A", "protected": [ "/etc/**" ] }""", "\"/etc", "relative to the policy file's directory")]
    [TestCase("""{ "target": "A", "protected": [ "a", "a" ] }""", "\"a\" ]", "stands twice")]
    [TestCase("""{ "target": "A", "project": "/src/*.csproj" }""", "\"/src", "relative to the policy file's directory")]
    [TestCase("""{ "target": "A", "project": "~/src/*.csproj" }""", "\"~/src", "relative to the policy file's directory")]
    [TestCase("""{ "target": "A", "project": "../*.csproj" }""", "\"../", "leads out of the directory")]
    [TestCase("""{ "target": "A", "project": "src/" }""", "\"src/\"", "ends in a slash")]
    [TestCase("""{ "target": "A", "project": "src//a.csproj" }""", "\"src//", "an empty name")]
    [TestCase("""{ "target": "A", "project": "src/**.csproj" }""", "\"src/**", "alone between slashes")]
    [TestCase("""{ "target": "A" }, { "target": "a" }""", """{ "target": "a" }""", "the rule in line 2 says the same")]
    [TestCase("""{ "command": "make" }, { "command": " make " }""", """{ "command": " make""", "the rule in line 2 says the same")]
    [TestCase("""{ "target": "A" }, { "target": "A", "network": "Host" }""", """{ "target": "A", "network""", "is for the same steps and grants something else")]
    public void A_mistake_is_told_where_it_is(string rules, string at, string says)
    {
        var mistake = Refusal.Of(() => Read($"{{ \"allow\": [\n{rules}\n] }}"));
        Assert.That((mistake.Code, mistake.Line, mistake.Column), Is.EqualTo(("SBX2002", 2, rules.LastIndexOf(at, StringComparison.Ordinal) + 1)), mistake.Message);
        Assert.That(mistake.Message, Does.Contain(says));
    }

    [TestCase("""{ "builtin": "no" }""", "must be true or false")]
    [TestCase("""{ "protect": "deploy" }""", "must be a list")]
    [TestCase("""{ "protect": [ "../x" ] }""", "leads out of the directory")]
    [TestCase("""{ "$schema": 1 }""", "must be text")]
    public void So_is_one_at_the_top(string text, string says) => Assert.That(Refusal.Of(() => Read(text)).Message, Does.Contain(says));

    [TestCase("""{ "target": "A" }""", """{ "target": "A", "project": "**" }""")]
    [TestCase("""{ "target": "A" }""", """{ "target": "A", "command": "make" }""")]
    [TestCase("""{ "command": "make" }""", """{ "command": "make all" }""")]
    public void Rules_that_differ_in_what_they_mean_stand_side_by_side(string one, string other) => Assert.That(Read($"{{ \"allow\": [ {one}, {other} ] }}").Allow, Has.Length.EqualTo(2));

    private static PolicyFile Read(string text) => PolicyReader.Read("/there/sandbox.json", Encoding.UTF8.GetBytes(text));
}
