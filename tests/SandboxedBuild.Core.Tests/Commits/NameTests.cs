namespace SandboxedBuild.Core.Tests;

/// <summary>Names are bytes.</summary>
[Category("AnyUser")]
internal sealed class NameTests
{
    /// <summary>For printf: newline, no UTF-8, dash, spaces, what mount options and shells give a meaning to, 255 bytes.</summary>
    private static readonly string[] Odd =
        [@"new\nline", @"\377\376", @"-rf", " lead and trail ", @"colon:comma,equals=", @"back\\\\slash", @"*?[a]{b}~", @"\303\274\342\202\254", @"\001\033\177", "$(printf '%255s' x | tr ' ' n)", "...", @"\047quote\042", "%%d"];

    [TestCaseSource(nameof(Odd))]
    public void A_file_directory_and_symlink_of_that_name_are_changed_and_made_and_deleted(string name)
    {
        foreach (var place in Enum.GetValues<StatePlace>())
        {
            using var twins = new Twins($"n=$(printf '{name}'); mkdir changed deleted renamed; for d in changed deleted renamed; do echo 1 > \"$d/$n\"; done", place);
            twins.Run($"""
                n=$(printf -- '{name}')
                echo 2 > "changed/$n"; rm "deleted/$n"; mv "renamed/$n" "renamed/.$(printf -- '{name}' | cut -c 2-200)"
                mkdir new "./$n"; echo 3 > "new/$n"; echo 4 > "./$n/$n"; mkdir linked; ln -s -- "$n" "linked/$n"
                """);
            Assert.That(twins.Actual, Is.EqualTo(twins.Expected), place.ToString());
        }
    }

    [Test]
    public void A_tree_of_300_levels_grows_and_is_pruned()
    {
        using var twins = new Twins("p=; for i in $(seq 300); do p=${p}d/; done; mkdir -p $p; echo 1 > ${p}f; mkdir -p gone/$p; echo 1 > gone/$p/f");
        twins.Run("p=; for i in $(seq 300); do p=${p}d/; done; echo 2 > ${p}f; mkdir -p new/$p; echo 3 > new/$p/f; rm -r gone; mkdir -p ${p}more/$p");
        Assert.That(twins.Actual, Is.EqualTo(twins.Expected));
    }

    [TestCase(StatePlace.SameMount)]
    [TestCase(StatePlace.OtherMount)]
    public void Paths_longer_than_the_kernel_takes_at_once(StatePlace place)
    {
        const string Deep = "p=$(yes $(printf '%240s' x | tr ' ' n) | head -15 | tr '\\n' /); deep() { mkdir -p $1/$p z/$p/in; mv z $1/$p; find $1 -name in -execdir sh -c 'echo 1 > file; echo 1 > other' \\;; }; ";
        using var twins = new Twins(Deep + "deep old; deep gone", place, copied: false);
        twins.Run(Deep + "deep new; rm -r gone; find old -name in -execdir sh -c 'echo 2 > file; mv other renamed' \\;");
        Assert.That(twins.Actual, Is.EqualTo(twins.Expected));
    }

    [Test]
    public void Names_are_told_in_a_form_fit_for_a_log()
    {
        using var tree = new TemporaryTree();
        using var sandbox = Sandbox.Over(tree);
        sandbox.Run("for n in 'a\nb' \"$(printf '\\377')\" 'ü' '-x'; do echo > \"./$n\"; done").ShouldSucceed();
        Assert.That(sandbox.Reported, Is.EqualTo("Added File -x\nAdded File a\\x0ab\nAdded File ü\nAdded File \\xff"));
    }
}
