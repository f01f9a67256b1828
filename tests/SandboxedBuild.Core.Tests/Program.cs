using System.Reflection;
using SandboxedBuild.Core.Tests;

// A story that needs namespaces or a death of its own is told in a process of its own (see Infrastructure/Scenario.cs).
try
{
    var method = Type.GetType(args[0], throwOnError: true)!.GetMethod(args[1], BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
    Environment.SetEnvironmentVariable("TMPDIR", args[2]);
    method.Invoke(null, [args[3..]]);
    Scenario.Say("done");
    return 0;
}
catch (TargetInvocationException e)
{
    Console.Error.WriteLine(e.InnerException);
    return 1;
}
