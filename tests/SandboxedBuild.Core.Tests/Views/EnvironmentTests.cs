using System.Collections.Immutable;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>Which variables, home and temporary directory a step has.</summary>
[TestFixture(Isolation.Bubblewrap)]
[TestFixture(Isolation.Namespaces)]
internal sealed class EnvironmentTests(Isolation isolation)
{
    [Test]
    public void The_environment_is_nothing_but_what_is_named()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var home = tree.Beside("state-home");
        var caller = Callers.At(home).And("LANG", "C.UTF-8").And("LC_TIME", "C").And("CC", "gcc -m64").And("SOURCE_DATE_EPOCH", "1").And("DOTNET_NOLOGO", "1").And("DOTNET_TOKEN", "s")
            .And("GITHUB_TOKEN", "s").And("SSH_AUTH_SOCK", "/s").And("LD_PRELOAD", "/s").And("BASH_ENV", "/s").And("OTHER", "o").And("LC_AUTH", "s").And("TMPDIR", "/elsewhere");
        var variables = sandbox.Run("env | grep -v ^PWD= | sort", request => request with { Environment = caller }).Output;
        Assert.That(variables, Is.EqualTo($"CC=gcc -m64\nDOTNET_NOLOGO=1\nHOME={home}\nLANG=C.UTF-8\nLC_TIME=C\nPATH={Callers.SearchPath}\nSOURCE_DATE_EPOCH=1\nTMPDIR=/tmp\n"));
    }

    [Test]
    public void Values_of_any_kind_arrive_as_they_are()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree).In(isolation);
        const string Odd = "  two\nlines $x `y` 'z' \"q\" \\ ü ";
        var value = sandbox.Run("printf %s \"$ODD\"", request => request with { Environment = request.Environment.And("ODD", Odd).And("EMPTY", ""), PassEnvironment = ["ODD", "EMPTY"] }).Output;
        Assert.That(System.Text.Encoding.UTF8.GetString(System.Text.Encoding.Latin1.GetBytes(value)), Is.EqualTo(Odd));
    }

    [TestCase("NPM_TOKEN", "NPM_TOKEN", true, TestName = "a secret passes if it is named")]
    [TestCase("NPM_TOKEN", "NPM_*", false, TestName = "a secret never passes by a wildcard")]
    [TestCase("NPM_TOKEN", "*", false, TestName = "a secret never passes by the wildcard for all")]
    [TestCase("NPM_TOKEN", "NPM_TOKEN*", false, TestName = "a secret never passes by a wildcard that names it all but whole")]
    [TestCase("NPM_CONFIG", "NPM_*", true)]
    [TestCase("NPM_CONFIG", "*", true)]
    [TestCase("NPM_CONFIG", "npm_*", false)]
    [TestCase("NPM_CONFIG", "NPM", false)]
    [TestCase("DB_PASSWORD", "DB_*", false)]
    [TestCase("db_password", "db_*", false)]
    [TestCase("AWS_ACCESS_KEY_ID", "AWS_*", false)]
    [TestCase("AZURE_CREDENTIALS", "AZURE_*", false)]
    [TestCase("My_ApiKey", "My_*", false)]
    [TestCase("SIGNING_PRIVATE_KEY", "S*", false)]
    [TestCase("DOTNET_GITHUB_TOKEN", "none", false)]
    [TestCase("LC_SECRET", "none", false)]
    [TestCase("AWS_PROFILE", "none", false)]
    public void A_variable_passes_or_not(string name, string passed, bool expected)
    {
        var variables = EnvironmentFilter.Apply(ImmutableDictionary<string, string>.Empty.Add(name, "value"), [passed]);
        Assert.That(variables.ContainsKey(name), Is.EqualTo(expected));
    }

    [Test]
    public void Home_and_temporary_directories_are_private_and_empty_and_writable()
    {
        using var other = new OtherMount();
        var root = Directory.CreateDirectory(Path.Combine(other.Path, "root")).FullName;
        using var sandbox = Sandbox.Over(Path.Combine(other.Path, "state"), root).In(isolation);
        var home = Path.Combine(other.Path, "state-home");
        File.WriteAllText(Path.Combine(home, "secret"), "x");
        const string Script = "for d in ~ /tmp /var/tmp /dev/shm; do ls -A $d | grep -v -F sandboxed-build-core; echo x > $d/file || echo $d is not writable; done; stat -c '%a' /tmp ~";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(sandbox.Run(Script).ShouldSucceed().Output, Is.EqualTo("1777\n700\n"));
            Assert.That(sandbox.Run(Script).ShouldSucceed().Output, Is.EqualTo("1777\n700\n"), "the next step has new ones");
            Assert.That(Directory.EnumerateFileSystemEntries(home).Select(Path.GetFileName), Is.EqualTo(new[] { "secret" }));
            Assert.That(File.Exists("/var/tmp/file") || File.Exists("/dev/shm/file"), Is.False);
        }
    }

    [Test]
    public void A_home_that_holds_the_root_shows_nothing_but_the_root()
    {
        using var tree = new TemporaryTree { ["../home/.ssh/id"] = "secret", ["../home/work/file"] = "x" };
        using var sandbox = Sandbox.Over(tree.Beside("state"), tree.Beside("home/work")).In(isolation);
        var step = sandbox.Run("echo ~; ls -A ~ ~/work", request => request with { Home = tree.Beside("home"), Environment = Callers.At(tree.Beside("home")) });
        Assert.That(step.ShouldSucceed().Output, Is.EqualTo($"{tree.Beside("home")}\n{tree.Beside("home")}:\nwork\n\n{tree.Beside("home")}/work:\nfile\n"));
    }

    [Test]
    public void A_home_inside_the_root_is_replaced()
    {
        using var tree = new TemporaryTree { ["home/file"] = "x" };
        using var sandbox = Sandbox.Over(tree).In(isolation);
        var step = sandbox.Run("echo ~; ls -A ~; ls home", request => request with { Home = tree.PathOf("home"), Environment = Callers.At(tree.PathOf("home")) });
        Assert.That(step.ShouldSucceed().Output, Is.EqualTo("/tmp/home\nfile\n"));
    }
}
