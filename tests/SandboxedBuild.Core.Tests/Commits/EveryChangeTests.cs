namespace SandboxedBuild.Core.Tests;

/// <summary>A step and its commit leave the tree that the same script leaves when it runs directly.</summary>
internal sealed class EveryChangeTests
{
    private static readonly string[] Names = ["file", "dir", "hollow", "link", "dangling", "dirlink", "pipe", "socket", "empty"];

    /// <summary>What can be made at the name <c>$n</c>.</summary>
    private static readonly (string Type, string Script)[] Made =
    [
        ("file", "echo made > $n"), ("directory", "mkdir $n"), ("full directory", "mkdir -p $n/in/it; echo made > $n/in/it/file"),
        ("symlink", "ln -s elsewhere $n"), ("fifo", "mkfifo $n"), ("socket", "sock $n"), ("nothing", ":"),
    ];

    /// <summary>What follows the move of a directory where its time would not be that of a rename.</summary>
    public static string Touched => TestedFilesystem.KeepsTimesOfMovedDirectories ? "touched=; " : "touched='touch -d @5 dir/sub'; ";

    private static string Places => string.Join(' ', Made.Select((_, index) => index));

    [TestCaseSource(nameof(Names))]
    public void Something_becomes_something_else(string name) => CommitsAsRunDirectly(
        string.Join('\n', Made.Select((made, index) => $"n={index}/{name}; rm -r $n; {made.Script}")),
        $"garden() {{ {Garden.Plants}\n}}; for i in {Places}; do mkdir $i; (cd $i; garden); done");

    [Test]
    public void Something_is_new() => CommitsAsRunDirectly(
        string.Join('\n', Made.Select((made, index) => $"for n in new-{index} dir/new-{index} hollow/new-{index}; do {made.Script}; done")));

    [TestCase("echo more >> file")]
    [TestCase("echo other > file; touch -d @1000000000.123456789 file")]
    [TestCase("echo ALPHA > file; touch -d @1000000000.123456789 file", TestName = "same size and time, other bytes")]
    [TestCase(": > file")]
    [TestCase("echo x > empty")]
    [TestCase("truncate -s 3000000 file", TestName = "file grows by a hole")]
    [TestCase("dd if=/dev/urandom of=big bs=1M count=1 2>/dev/null; tr '\\0-\\377' x < big > big2; rm big")]
    [TestCase("chmod 600 file; chmod 711 dir; chmod 640 pipe; chmod 700 hollow; chmod 600 socket")]
    [TestCase("touch -d @1100000000.5 file dir hollow pipe socket; touch -h -d @1100000001 link dangling dirlink")]
    [TestCase("touch -d @-5.25 file dir", TestName = "times before 1970")]
    [TestCase("touch -d @5000000000 file dir", TestName = "times after 2106")]
    [TestCase("touch -a file")]
    [TestCase("ln -sfn file dirlink; ln -sf elsewhere link")]
    [TestCase("ln -s a new; touch -h -d @1100000000.7 new", TestName = "symlink mtime")]
    [TestCase("attr set file user.new 00ff0a; attr set attributed user.colour 726564; attr drop dir user.shape; attr set hollow user.x ''")]
    [TestCase("attr drop attributed user.colour")]
    [TestCase("attr set . user.root 31; chmod 711 .; touch -d @1100000000 .", TestName = "the root's own mode, time and attributes")]
    [TestCase("mv file renamed; mv dir/file dir/sub/renamed; mv link renamed-link; mv pipe renamed-pipe; mv socket renamed-socket")]
    [TestCase("mv file twin")]
    [TestCase("cp -a dir/file a; mv dir/file z", TestName = "a file is copied and renamed")]
    [TestCase("cp -a dir/file a; mv dir/file z; echo more >> z", TestName = "a file is copied, renamed and changed")]
    [TestCase("mv dir/file dir/z; cp -a dir/z dir/file", TestName = "a file is renamed and made again as it was")]
    [TestCase("mv dir/file dir/z; cp dir/z dir/file; mv twin y; cp -p y twin; echo more >> y", TestName = "a file is renamed and made again with other times")]
    [TestCase("ln dir/file z; cp -a dir/file a; rm dir/file", TestName = "a file is linked, copied and deleted")]
    [TestCase("mv dir renamed")]
    [TestCase("mv dir/sub dir/other")]
    [TestCase("mv dir hollow; mv hollow dir")]
    [TestCase("mv dir x; mkdir dir; mv x/file dir/file; rm -r x")]
    [TestCase("mv file x; mv twin file; mv x twin", TestName = "two files change names")]
    [TestCase("rm -r dir; mkdir dir", TestName = "directory is emptied by being made anew")]
    [TestCase("rm -r dir; mkdir -p dir/sub; echo new > dir/sub/new", TestName = "directory is made anew with a part of what was in it")]
    [TestCase("rm -r dir; mkdir -p dir/sub/deep; echo delta > dir/sub/deep/file", TestName = "directory is made anew with the same file deep in it")]
    [TestCase("rm -r dir; mkdir -p dir/sub dir/other; touch -d @1000000000.123456789 dir dir/sub dir/other")]
    [TestCase("rm -r dir/sub; mkdir dir/sub; echo x > dir/sub/deep", TestName = "a directory inside one made anew becomes a file")]
    [TestCase("rm -r dir; echo x > dir; rm dir; mkdir dir; echo beta > dir/file")]
    [TestCase("mkdir t; mv dir/sub t; mv t/sub dir/; rmdir t; $touched", TestName = "a directory goes and comes back")]
    [TestCase("cp -a dir copy; rm -r dir; mv copy dir", TestName = "a directory is replaced by its copy")]
    [TestCase("rm -r dir; cp -a hollow dir; mkdir dir/file; echo x > dir/file/file")]
    [TestCase("rm dir/*/file dir/file; rmdir dir/other")]
    [TestCase("rm -r dir/sub; mkdir -p dir/sub/deep/deeper")]
    [TestCase("cp -a file x; rm file; mv x file", TestName = "a file is replaced by its copy")]
    [TestCase("chmod 2775 dir; mkdir dir/inherits", TestName = "setgid directory")]
    [TestCase("chmod 1777 hollow; mkdir -m 1777 sticky", TestName = "sticky directory")]
    [TestCase("mkdir -p new/a/b/c; rmdir new/a/b/c; chmod 700 new/a")]
    [TestCase("chmod 755 file; chmod 644 file; echo alpha > twin", TestName = "nothing but times differ in the end")]
    [TestCase("find . -exec touch -h -d @1000000000.123456789 {} +", TestName = "everything is touched and is as it was")]
    [TestCase("rm -rf -- * .[!.]*", TestName = "everything is deleted")]
    [TestCase("mkdir .hidden; echo x > .hidden/.file; echo > .gitignore")]
    [TestCase("for i in $(seq 500); do echo $i > many-$i; done")]
    [TestCase("mkdir new; mv dir new/; rm new/dir/file; ln -s x new/dir/file", TestName = "whiteouts inside a moved directory")]
    [TestCase("mkdir new; mv file new/; mv new/file new/again; mkdir new/file", TestName = "residue of a rename inside a new directory")]
    [TestCase("cp file dir/file; cp dir/file file")]
    [TestCase("ln file other; mkdir new; ln file new/third; ln link new/link; ln pipe new/pipe; echo x > a; ln a b; ln b new/c; chmod 640 a", TestName = "several names of one file")]
    [TestCase("truncate -s 9M sparse; echo end >> sparse; fallocate -p -o 0 -l 4096 tool; truncate -s 5M empty", TestName = "holes")]
    [TestCase("exit 3", TestName = "a script that fails")]
    public void A_script_leaves_the_same(string script) => CommitsAsRunDirectly(script);

    private static void CommitsAsRunDirectly(string script, string plants = Garden.Plants)
    {
        script = Touched + script;
        foreach (var place in Enum.GetValues<StatePlace>())
        {
            using var twins = new Twins(plants, place);
            twins.Run(script);
            Assert.That(twins.Actual, Is.EqualTo(twins.Expected), $"{place}: {script}");
        }
    }
}
