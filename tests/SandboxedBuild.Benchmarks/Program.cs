using System.Globalization;
using SandboxedBuild.Auditing;
using SandboxedBuild.Benchmarks;
using SandboxedBuild.Changes;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.Strategies;
using SandboxedBuild.Tracing;

// Ratios within one run, with the targets of docs/benchmarks.md beside them. Nothing here fails for being slow.
var wanted = args.ToHashSet(StringComparer.OrdinalIgnoreCase);
Run("step", NoOpStep);
Run("usage", Usage);
Run("new", NewFiles);
Run("modified", ModifiedFiles);
Run("tree", TreeSize);
Run("copy", CopyOfRoot);
Run("memory", Memory);
Run("layers", Layers);
Run("probe", Probe);
Run("log", Log);
Run("reads", Reads);

void Run(string name, Action benchmark)
{
    if (wanted.Count == 0 || wanted.Contains(name))
    {
        benchmark();
    }
}

static void NoOpStep()
{
    using var workspace = new Workspace();
    using var hand = workspace.CreateOverlay();
    using var turn = hand.TakeTurn(CancellationToken.None);
    var launch = workspace.Prepare(hand, ":");

    // The same chain as somebody would write it by hand: the same programs with the same options, and nothing around them.
    var arguments = Path.Combine(hand.Directory, "step", "arguments");
    var storage = hand.Roots[0].Storage;
    var chain = workspace.Tools.MountsOverlays
        ? $"exec 3<'{arguments}'; exec bwrap --args 3 -- /bin/sh -c :"
        : $"rm -rf '{storage}/work' && mkdir '{storage}/work' && exec unshare {(Environment.UserName == "root" ? string.Empty : "--user --map-root-user")} --mount sh -c \"{(Environment.UserName == "root" ? "mount -n -o remount,bind,ro /dev && " : string.Empty)}cd '{storage}' && mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr,volatile merged && exec 3<'{arguments}' && exec bwrap --args 3 -- /bin/sh -c :\"";
    Tell(Measurement.Interleaved(30, ("chain by hand", Nothing, () => workspace.Shell(chain)), ("step", Nothing, () => workspace.Step(":"))), "step", "chain by hand", "<= 1.25");
}

static void Usage()
{
    using var workspace = new Workspace();
    Tell(Measurement.Interleaved(30, ("step, not measured", Nothing, () => workspace.Step(":", measured: false)), ("step, measured", Nothing, () => workspace.Step(":"))), "step, measured", "step, not measured", "<= 1.05");
}

// Nothing is removed in between: ext4 looks long for an inode where many were freed a moment ago, and a move needs none.
static void NewFiles()
{
    const string Make = "mkdir new && cd new && seq 10000 | xargs -n 500 sh -c 'for i; do echo $i > file$i; done' sh";
    const string Away = "mkdir -p from kept && for d in root/new from/new; do if [ -e $d ]; then mv $d kept/$(date +%s%N); fi; done";
    using var workspace = new Workspace();
    Overlay? overlay = null;
    ChangeSet? changes = null;
    (string Name, Action Prepare, Action Run) commit = ("commit", () => (overlay, changes) = Ready(workspace, Away, Make, overlay), () => Commit.Run(overlay!, changes!, CommitRequest.Everything));
    var moved = Measurement.Interleaved(25, ("mv", () => workspace.Shell($"{Away} && cd from && {Make}"), () => workspace.Shell("mv from/new root/new")), commit);
    var copied = Measurement.Interleaved(5, ("cp -a", () => workspace.Shell($"{Away} && cd from && {Make}"), () => workspace.Shell("cp -a from/new root/new")), commit);
    overlay?.Discard();
    Tell(moved, "commit", "mv", "<= 1.3");
    Tell(copied, "cp -a", "commit", ">= 20");
}

static void ModifiedFiles()
{
    const string Make = "for d in $(seq 100); do mkdir -p d$d; for f in $(seq 100); do echo $d $f > d$d/f$f; done; done";
    const string Change = "for d in $(seq 100); do for f in $(seq 100); do echo changed $f > d$d/f$f; done; done";
    const string Away = "aside=kept/$(date +%s%N) && mkdir -p $aside root/d from && mv root/* from $aside && cd root";
    using var workspace = new Workspace();
    Overlay? overlay = null;
    ChangeSet? changes = null;
    var measured = Measurement.Interleaved(
        7,
        ("cp -a", () => workspace.Shell($"{Away} && {Make} && cd .. && cp -a root from"), () => workspace.Shell("cp -a from/. root/")),
        ("commit", () => (overlay, changes) = Ready(workspace, $"{Away} && {Make}", Change, overlay), () => Commit.Run(overlay!, changes!, CommitRequest.Everything)));
    overlay?.Discard();
    Tell(measured, "cp -a", "commit", ">= 5");
}

static void TreeSize()
{
    const string Change = "for i in $(seq 10); do echo $$ > d1/f$i; done";
    using var small = new Workspace();
    using var large = new Workspace();
    small.Shell("cd root && for d in $(seq 10); do mkdir d$d; (cd d$d; seq 100 | xargs -I{} touch f{}); done");
    large.Shell("cd root && for d in $(seq 200); do mkdir d$d; (cd d$d; seq 1000 | sed s/^/f/ | xargs touch); done");
    Tell(Measurement.Interleaved(30, ("1,000 files", Nothing, () => small.Step(Change)), ("200,000 files", Nothing, () => large.Step(Change))), "200,000 files", "1,000 files", "<= 1.1");
}

static void CopyOfRoot()
{
    CopyOfRootIn("on disk", Directory.GetCurrentDirectory());
    CopyOfRootIn("in memory", "/dev/shm");
}

// Nothing is removed in between: ext4 looks long for an inode where many were freed a moment ago.
static void CopyOfRootIn(string where, string parent)
{
    using var workspace = new Workspace(parent);
    workspace.Shell("cd root && for d in $(seq 200); do mkdir d$d; (cd d$d; seq 100 | xargs -n 100 sh -c 'for i; do echo $d $i some lines of a source file > f$i; done' sh); done");
    var overlays = new List<Overlay>();
    var copies = 0;
    var (cp, copy, collection) = ($"cp -a --reflink=auto {where}", $"copy {where}", $"collection {where}");
    var measured = Measurement.Interleaved(
        9,
        (cp, Nothing, () => workspace.Shell($"cp -a --reflink=auto root copy{copies++}")),
        (copy, Nothing, () => overlays.Add(workspace.CreateOverlay(Strategy.Copy))),
        (collection, Nothing, () => Collector.Collect(overlays[^1])));
    overlays.ForEach(static overlay => overlay.Dispose());
    Tell(measured, copy, cp, "<= 1.2");
    Tell(measured, collection, cp, "no target");
}

static void Drop(Overlay? overlay)
{
    overlay?.Discard();
    overlay?.Dispose();
}

static void Layers()
{
    using var workspace = new Workspace();
    foreach (var thousands in new[] { 10, 50, 200 })
    {
        workspace.Shell($"mkdir layer{thousands} && cd layer{thousands} && for d in $(seq {thousands}); do mkdir d$d; (cd d$d; seq 1000 | sed s/^/f/ | xargs touch); done");
    }

    var without = "step";
    var measured = Measurement.Interleaved(
        50,
        (without, () => workspace.Layers = [], () => workspace.Step(":")),
        ("with 10,000 files", () => workspace.Layers = [new(workspace.PathOf("layer10"), "/opt/sysroot")], () => workspace.Step(":")),
        ("with 50,000 files", () => workspace.Layers = [new(workspace.PathOf("layer50"), "/opt/sysroot")], () => workspace.Step(":")),
        ("with 200,000 files", () => workspace.Layers = [new(workspace.PathOf("layer200"), "/opt/sysroot")], () => workspace.Step(":")));
    var links = Measurement.Interleaved(7, ("cp -al and rm -r of 50,000 files", Nothing, () => workspace.Shell("cp -al layer50 copy && rm -r copy")))[0];
    var step = measured.Single(m => m.Name == without);
    foreach (var layer in measured.Where(m => m.Name != without))
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"layer {layer.Name}: {layer.Median:F2} ms - {step.Median:F2} ms without = {layer.Median - step.Median:F2} ms (target <= 1 ms)"));
    }

    var added = measured.Single(m => m.Name == "with 50,000 files").Median - step.Median;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{links.Name} {links.Median:F2} ms / what the layer adds {added:F2} ms = {links.Median / added:F0} (target >= 500)"));
}

static void Probe()
{
    using var workspace = new Workspace();
    using var overlay = workspace.CreateOverlay();
    var rounds = 0;
    var measured = Measurement.Interleaved(
        30,
        ("first time", () => rounds++, () => Workspace.Probe(overlay, rounds)),
        ("later", Nothing, () => Workspace.Probe(overlay, rounds)),
        ("step", Nothing, () => workspace.Step(":")));
    overlay.Discard();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"probe of the host: the first time {measured[0].Median:F2} ms (target <= 30 ms), later {measured[1].Median:F3} ms (target 0); a step {measured[2].Median:F2} ms"));
}

static void Memory()
{
    using var workspace = new Workspace();
    workspace.Step(":");
    var before = Environment.WorkingSet;
    workspace.Step("for d in $(seq 100); do mkdir d$d; (cd d$d; seq 1000 | sed s/^/f/ | xargs touch); done");
    using var process = System.Diagnostics.Process.GetCurrentProcess();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory at 100,000 changes: {(process.PeakWorkingSet64 - before) / 1e6:F0} MB more than at none (target <= 150)"));
}

static void Reads()
{
    using var workspace = new Workspace();
    workspace.Shell("cd root && for d in $(seq 50); do mkdir d$d; (cd d$d; seq 100 | xargs -n 100 sh -c 'for i; do echo $d $i > f$i; done' sh); done");
    var tracer = Tracer.Find(Workspace.Caller);
    Compare("opens 5,000 files", "cat d*/f* > /dev/null");
    Compare("computes", "awk 'BEGIN { for (i = 0; i < 30000000; i++) x += i }'");

    void Compare(string name, string script)
    {
        var (untraced, traced, tracked) = ($"a step that {name}", $"a step that {name}, traced", $"a step that {name}, reads kept");
        var measured = Measurement.Interleaved(
            15,
            (untraced, () => workspace.Tracer = null, () => workspace.Step(script)),
            (traced, () => workspace.Tracer = tracer, () => workspace.Step(script)),
            (tracked, () => workspace.Tracer = tracer with { TracksReads = true }, () => workspace.Step(script)));
        Tell(measured, traced, untraced, "no target");
        Tell(measured, tracked, untraced, "no target");
        Tell(measured, tracked, traced, "<= 1.2");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"it has read {workspace.Reads} files"));
    }
}

static void Log()
{
    const int Lines = 100;
    using var workspace = new Workspace();
    workspace.Shell("mkdir state");
    var entry = new AuditEntry(AuditEntry.CurrentVersion, DateTimeOffset.UtcNow, AuditUser.OfProcess, "Build", workspace.Root, null, "Target", new string('x', 500), null, null, null, "Committed", null, null, 0, null, null, null, null, 1);
    var measured = Measurement.Interleaved(30, ("step", Nothing, () => workspace.Step(":")), ("100 lines of the log", Nothing, () =>
    {
        for (var line = 0; line < Lines; line++)
        {
            if (Audit.Write(entry, [workspace.Root], workspace.State, Workspace.Caller) is { } warning)
            {
                throw new InvalidOperationException(warning.Message);
            }
        }
    }
    ));
    Tell([measured[0], measured[1] with { Name = "a line of the log", Median = measured[1].Median / Lines }], "a line of the log", "step", "<= 0.02");
}

static (Overlay Overlay, ChangeSet Changes) Ready(Workspace workspace, string prepare, string script, Overlay? former)
{
    Drop(former);
    workspace.Shell(prepare);
    var overlay = workspace.CreateOverlay();
    return (overlay, workspace.Run(overlay, script));
}

static void Nothing()
{
}

static void Tell(IReadOnlyList<Measurement> measured, string over, string under, string target)
{
    var (first, second) = (measured.Single(m => m.Name == over), measured.Single(m => m.Name == under));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{over} {first.Median:F2} ms / {under} {second.Median:F2} ms = {first.Median / second.Median:F2} (target {target})"));
}
