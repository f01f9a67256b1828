Console.WriteLine(Friendly.Greeting.For("the end of the build"));
